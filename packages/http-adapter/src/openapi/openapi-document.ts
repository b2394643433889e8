import type { JsonSchema } from './json-schema'

/**
 * What a face serves, as data: the part of OpenAPI 3.1 the faces use.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** Where the paths begin: relative to the document's own address. */
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  /** By path, with variables in braces. */
  readonly paths: Readonly<Record<string, OpenApiPathItem>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: Readonly<Record<string, OpenApiSecurityScheme>>
  }
}

export const openApiMethods = ['get', 'put', 'post', 'delete', 'patch'] as const
export type OpenApiMethod = (typeof openApiMethods)[number]

export type OpenApiPathItem = { readonly [Method in OpenApiMethod]?: OpenApiOperation }

export interface OpenApiOperation {
  /** Unique within the document. */
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly deprecated?: true
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: OpenApiBodyContent }
  /** By HTTP status; `default` is what every other status carries. */
  readonly responses: Readonly<Record<string, OpenApiResponse>>
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  /** ZITADEL's permission the caller needs; `authenticated`: a valid token is enough. */
  readonly 'x-permission'?: string
  /** Auth0's scopes, of which the token needs one. */
  readonly 'x-scopes'?: readonly string[]
  /** The path this one is another spelling of. */
  readonly 'x-alias-of'?: string
}

export interface OpenApiParameter {
  readonly name: string
  readonly in: 'header' | 'path' | 'query'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface OpenApiResponse {
  readonly description: string
  readonly content?: OpenApiContent
}

export interface OpenApiContent {
  readonly 'application/json': { readonly schema: JsonSchema }
}

/** A body is JSON, or a form with files. */
export interface OpenApiBodyContent {
  readonly 'application/json'?: { readonly schema: JsonSchema }
  readonly 'multipart/form-data'?: { readonly schema: JsonSchema }
}

export interface OpenApiSecurityScheme {
  readonly type: 'http'
  readonly scheme: 'bearer'
  readonly description: string
}
