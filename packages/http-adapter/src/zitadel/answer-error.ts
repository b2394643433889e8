import { isDirectoryError } from '@indwell/core'
import type { ExchangeResponse } from '../exchange'
import type { KnownError } from '../known-error'
import { refusalHeaders, refusalStatus } from '../refusal-status'
import { type RefusalReason, RequestRefusedError } from '../request-refused-error'
import { ApiError, type ErrorEntry } from './api-error'
import { plainError, zitadelError } from './error-body'
import { codeOf, commonErrors, denials, type ErrorMap, invalidToken, pageTooLong } from './error-map'
import { type GrpcCode, grpcCodes } from './grpc-code'
import { ProtoJsonError } from './proto-json-error'
import { textOf } from './texts'

/** Answers what ended a call, in ZITADEL's shape. What is our own fault tells nothing and carries its cause. */
export function answerError(error: unknown, errors: ErrorMap = {}): ExchangeResponse {
  if (error instanceof ApiError) return error.response
  if (error instanceof ProtoJsonError) return plainError('invalid_argument', error.message)
  if (error instanceof RequestRefusedError) return answerRefusal(error)
  if (!isDirectoryError(error)) return internalError('internal', error)
  const failure = error as KnownError
  const entry = entryOf(failure, errors)
  if (entry !== undefined) return zitadelError(...entry)
  const code = codeOf[failure.code]
  if (failure.code === 'outcome_unknown') return { ...plainError(code, outcomeUnknown), cause: failure }
  // There is something where a client asked for there to be nothing (RFC 9110, section 13.1.2).
  if (failure.code === 'version_conflict' && failure.expected === undefined) {
    return { ...plainError('failed_precondition', failure.message), status: 412 }
  }
  if (failure.code === 'idempotency_key_reused') return { ...plainError(code, failure.message), status: 422 }
  return grpcCodes[code].httpStatus < 500 ? plainError(code, failure.message) : internalError(code, failure)
}

/** Nothing of this kind is ZITADEL's: a client must not take it for a failure that changed nothing. */
const outcomeUnknown = 'it is not known whether the request was carried out'

/** Whether `error` may have been found before anybody asked what the caller may do. */
export function mayPrecedePermission(error: unknown): boolean {
  if (error instanceof ApiError) return true
  return isDirectoryError(error) && (error.code === 'invalid_input' || error.code === 'limit_exceeded')
}

function entryOf(failure: KnownError, errors: ErrorMap): ErrorEntry | undefined {
  switch (failure.code) {
    case 'invalid_input': {
      const [member = ''] = failure.path.split('.', 1)
      return Object.hasOwn(errors.invalid_input ?? {}, member) ? errors.invalid_input?.[member] : undefined
    }
    case 'not_found': {
      const common: ErrorMap['not_found'] = commonErrors.not_found
      return errors.not_found?.[failure.subject] ?? common[failure.subject]
    }
    case 'already_exists': {
      const common: ErrorMap['already_exists'] = commonErrors.already_exists
      return errors.already_exists?.[failure.subject] ?? common[failure.subject]
    }
    case 'invalid_state':
      return errors.invalid_state?.[failure.reason]
    case 'limit_exceeded':
      return failure.limitName === 'page.size' ? pageTooLong : undefined
    case 'permission_denied':
      return errors.permission_denied?.[failure.reason] ?? denials[failure.reason]
    case 'unauthenticated':
      return invalidToken
    default:
      return undefined
  }
}

const refusalCodes = {
  body_too_large: 'resource_exhausted',
  body_timeout: 'deadline_exceeded',
  client_closed: 'canceled',
  body_unreadable: 'invalid_argument',
  body_encoded: 'unimplemented',
  too_many_headers: 'invalid_argument',
  url_too_long: 'invalid_argument',
} as const satisfies Record<RefusalReason, GrpcCode>

/** The HTTP status tells what happened: by its code alone a body that is too long would be 429, which means "later". */
function answerRefusal({ reason, message }: RequestRefusedError): ExchangeResponse {
  const answer = plainError(refusalCodes[reason], message)
  return { ...answer, status: refusalStatus[reason], headers: { ...answer.headers, ...refusalHeaders(reason) } }
}

function internalError(code: GrpcCode, cause: unknown): ExchangeResponse {
  return { ...plainError(code, textOf('Errors.Internal')), cause }
}
