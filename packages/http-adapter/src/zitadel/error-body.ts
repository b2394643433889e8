import type { ExchangeResponse } from '../exchange'
import { type CallStatus, plainStatus } from './call-status'
import { grpcCodes } from './grpc-code'
import { jsonResponse } from './json-response'

const ERROR_DETAIL = 'type.googleapis.com/zitadel.v1.ErrorDetail'

/** What ended a call, as JSON over HTTP has it. */
export function errorResponse({ code, message, detail, httpStatus, headers, ...rest }: CallStatus): ExchangeResponse {
  const { number, httpStatus: usual } = grpcCodes[code]
  const details = detail === undefined ? undefined : [{ '@type': ERROR_DETAIL, ...detail }]
  const response = jsonResponse(httpStatus ?? usual, { code: number, message, details })
  // A header takes no line breaks and, through Node, no characters beyond Latin-1.
  const challenge =
    code === 'unauthenticated' ? { 'www-authenticate': message.replace(/[^\x20-\x7e]/g, '?') } : undefined
  return { ...response, headers: { ...response.headers, ...challenge, ...headers }, ...rest }
}

/** The answer to a path that is not served. */
export function routeNotFound(): ExchangeResponse {
  return errorResponse(plainStatus('not_found', 'Not Found'))
}

/** The answer to a path that is served, but not with this method: HTTP 405, although its code stands for 501. */
export function methodNotAllowed(allow: readonly string[]): ExchangeResponse {
  const status = plainStatus('unimplemented', 'Method Not Allowed')
  return errorResponse({ ...status, httpStatus: 405, headers: { allow: allow.join(', ') } })
}
