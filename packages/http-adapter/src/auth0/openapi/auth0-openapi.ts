import type { JsonSchema } from '../../openapi/json-schema'
import type {
  OpenApiBodyContent,
  OpenApiContent,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
} from '../../openapi/openapi-document'
import { pathsOf, tagsOf, variablesOf } from '../../openapi/paths-of'
import type { Route } from '../route'
import { schemaOf } from './schema-of'

/**
 * Describes some routes.
 *
 * @param root - Path in front of theirs.
 */
export function auth0OpenApi(routes: readonly Route[], root: string): OpenApiDocument {
  const described = routes.map((route) => ({
    method: route.method,
    path: root + route.path,
    operation: operationOf(route, root),
  }))
  return {
    openapi: '3.1.1',
    info: {
      title: 'Auth0 Management API, as Indwell serves it',
      version: 'v2',
      description: "The directory's humans are its users. Times are in ISO 8601, in UTC.",
    },
    servers: [{ url: '/' }],
    tags: tagsOf(described),
    paths: pathsOf(described),
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token with one of the scopes. What one without scopes opens, the roles of its user decide.',
        },
      },
    },
  }
}

function operationOf(route: Route, root: string): OpenApiOperation {
  const { name, method, path, scopes, querySchema, bodySchema, successStatus } = route
  const original = name.slice(name.indexOf(' ') + 1)
  const isAlias = path !== original
  const needs = `Needs ${scopes.length > 1 ? 'one of the scopes' : 'the scope'} ${scopes.map((scope) => `\`${scope}\``).join(', ')}.`
  return {
    operationId: operationIdOf(method, path),
    summary: isAlias ? `${name}, misspelled` : name,
    description: isAlias ? `The same as \`${method} ${root}${original}\`. ${needs}` : needs,
    tags: [original.split('/')[1] ?? original],
    ...(isAlias && { deprecated: true, 'x-alias-of': root + original }),
    parameters: [
      ...variablesOf(path).map(
        (variable): OpenApiParameter => ({ name: variable, in: 'path', required: true, schema: { type: 'string' } }),
      ),
      ...(querySchema === undefined ? [] : queryParameters(schemaOf(querySchema))),
      ...conditionsOf(route),
    ],
    ...(bodySchema !== undefined && {
      requestBody: { required: true, content: bodyContentOf(route, schemaOf(bodySchema)) },
    }),
    responses: {
      [String(successStatus)]:
        successStatus === 204 ? { description: 'Done.' } : { description: 'Done.', content: contentOf({}) },
      ...Object.fromEntries(
        refusals
          .filter(([status]) => status !== 400 || querySchema !== undefined || bodySchema !== undefined)
          .map(([status, description]) => [String(status), { description, content: contentOf(errorRef) }]),
      ),
      ...(route.versioned &&
        method === 'GET' && { 304: { description: 'It is the version that If-None-Match names.' } }),
      ...(route.versioned && {
        412: { description: 'It is not the version that If-Match names.', content: contentOf(errorRef) },
      }),
      ...(method !== 'GET' && {
        422: { description: 'The Idempotency-Key named another request.', content: contentOf(errorRef) },
      }),
      default: { description: 'Any other error.', content: contentOf(errorRef) },
    },
    security: [{ bearer: [] }],
    'x-scopes': scopes,
  }
}

/** `GET /users/{id}` is `get_users_by_id`. */
function operationIdOf(method: string, path: string): string {
  const words = path.slice(1).replace(/\{(\w+)\}/g, 'by_$1')
  return `${method.toLowerCase()}_${words.replace(/[^a-z0-9]+/gi, '_')}`
}

function queryParameters({ properties = {}, required = [] }: JsonSchema): readonly OpenApiParameter[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
}

const header = (name: string, description: string): OpenApiParameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
})

function conditionsOf({ versioned, method }: Route): readonly OpenApiParameter[] {
  return [
    ...(versioned ? [header('If-Match', 'Tags, as `ETag` gave them, of the versions it may be.')] : []),
    ...(versioned && method === 'GET'
      ? [header('If-None-Match', 'Tags of the versions that need not be sent again.')]
      : []),
    ...(method === 'GET' ? [] : [header('Idempotency-Key', 'A name for the request, which is carried out once.')]),
  ]
}

const refusals = [
  [400, 'The query or the body does not fit.'],
  [401, 'No token, or one that does not count.'],
  [403, 'None of the scopes was granted.'],
] as const

const errorRef: JsonSchema = { $ref: '#/components/schemas/Error' }

/** Body of every error of the face. */
const errorSchema: JsonSchema = {
  type: 'object',
  properties: {
    statusCode: { type: 'integer', description: 'The HTTP status.' },
    error: { type: 'string', description: 'Reason phrase of the status.' },
    message: { type: 'string' },
    errorCode: { type: 'string' },
    attributes: {
      type: 'object',
      description: 'Present with a token that does not count.',
      properties: { error: { type: 'string' } },
      required: ['error'],
    },
  },
  required: ['statusCode', 'error', 'message'],
}

function contentOf(schema: JsonSchema): OpenApiContent {
  return { 'application/json': { schema } }
}

function bodyContentOf({ takesForms, readUpload }: Route, schema: JsonSchema): OpenApiBodyContent {
  if (readUpload !== undefined) return { 'multipart/form-data': { schema } }
  return { ...contentOf(schema), ...(takesForms && { 'application/x-www-form-urlencoded': { schema } }) }
}
