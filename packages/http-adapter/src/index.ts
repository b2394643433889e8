export type { Authenticate, Caller, RejectedToken, TokenFlaw } from './authenticate'
export type { FetchOptions } from './create-fetch'
export { createFetch } from './create-fetch'
export type { Face, FaceHost, HttpAdapterOptions } from './create-http-adapter'
export { createHttpAdapter } from './create-http-adapter'
export type { Exchange, ExchangeRequest, ExchangeResponse } from './exchange'
export type { Limits } from './limits'
export { resolveLimits } from './limits'
export type { OnError } from './on-error'
export type { JsonSchema, JsonSchemaType } from './openapi/json-schema'
export type {
  OpenApiBodyContent,
  OpenApiContent,
  OpenApiDocument,
  OpenApiMethod,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiResponse,
  OpenApiSecurityScheme,
} from './openapi/openapi-document'
export { openApiMethods } from './openapi/openapi-document'
export { openApiOf } from './openapi/openapi-of'
export type { RefusalReason } from './request-refused-error'
export { RequestRefusedError } from './request-refused-error'
export type { FetchHandler, FetchHandlerOptions } from './to-fetch-handler'
export { toFetchHandler } from './to-fetch-handler'
export type { NodeHandler, NodeHandlerOptions, NodeRequest, NodeResponse } from './to-node-handler'
export { toNodeHandler } from './to-node-handler'
