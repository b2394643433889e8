import type { ExchangeResponse } from '../exchange'
import { type GrpcCode, grpcCodes } from './grpc-code'
import { jsonResponse } from './json-response'
import { textOf } from './texts'

const ERROR_DETAIL = 'type.googleapis.com/zitadel.v1.ErrorDetail'

/**
 * Answers with an error of ZITADEL's own: the text followed by its id, and both again as a detail.
 *
 * @param id - `QUERY-Dfbg2` and so on.
 * @param key - Key of the text. A key without an English text is sent as it is, and so is plain English.
 */
export function zitadelError(code: GrpcCode, id: string, key: string): ExchangeResponse {
  const message = textOf(key)
  return errorResponse(code, `${message} (${id})`, [{ '@type': ERROR_DETAIL, id, message }])
}

/** Answers with an error from before ZITADEL's own checks: malformed input, a field rule, a missing token. */
export function plainError(code: GrpcCode, message: string): ExchangeResponse {
  return errorResponse(code, message, [])
}

/** The answer to a path that is not served. */
export function routeNotFound(): ExchangeResponse {
  return plainError('not_found', 'Not Found')
}

/** The answer to a path that is served, but not with this method: HTTP 405, although its code stands for 501. */
export function methodNotAllowed(): ExchangeResponse {
  return { ...plainError('unimplemented', 'Method Not Allowed'), status: 405 }
}

interface ErrorDetail {
  readonly '@type': string
  readonly id: string
  readonly message: string
}

function errorResponse(code: GrpcCode, message: string, details: readonly ErrorDetail[]): ExchangeResponse {
  const { number, httpStatus } = grpcCodes[code]
  const body = { code: number, message, ...(details.length > 0 ? { details } : {}) }
  const response = jsonResponse(httpStatus, body)
  if (code !== 'unauthenticated') return response
  // A header takes no line breaks and, through Node, no characters beyond Latin-1.
  const challenge = message.replace(/[^\x20-\x7e]/g, '?')
  return { ...response, headers: { ...response.headers, 'www-authenticate': challenge } }
}
