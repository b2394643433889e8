import type { ExchangeResponse } from '../exchange'
import { jsonAnswer } from './json-answer'

/** The answer to a call that failed, in the service's key order. */
export interface Auth0ErrorBody {
  readonly statusCode: number
  /** Reason phrase of the status. */
  readonly error: string
  readonly message: string
  /** Absent where the service sends none: no credentials, unknown route, organizations, roles. */
  readonly errorCode?: string
  /** Only with an invalid token. */
  readonly attributes?: { readonly error: string }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** What an Auth0 route refuses a call with. */
export class Auth0Error extends Error {
  override readonly name = 'Auth0Error'

  constructor(
    readonly statusCode: number,
    message: string,
    readonly errorCode?: string,
    readonly extra: {
      readonly attributes?: { readonly error: string }
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
  }
}

/** Puts an error into the service's shape. */
export function errorBody(error: Auth0Error): Auth0ErrorBody {
  return {
    statusCode: error.statusCode,
    error: reasons[error.statusCode] ?? 'Error',
    message: error.message,
    ...(error.errorCode !== undefined && { errorCode: error.errorCode }),
    ...(error.extra.attributes !== undefined && { attributes: error.extra.attributes }),
  }
}

/** Answers a call with an error. */
export function errorAnswer(error: Auth0Error): ExchangeResponse {
  return jsonAnswer(error.statusCode, errorBody(error), error.extra.headers)
}
