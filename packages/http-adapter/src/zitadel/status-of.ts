import { isDirectoryError } from '@indwell/core'
import type { KnownError } from '../known-error'
import { refusalHeaders, refusalStatus } from '../refusal-status'
import { type RefusalReason, RequestRefusedError } from '../request-refused-error'
import { ApiError, type ErrorEntry } from './api-error'
import { type CallStatus, plainStatus, zitadelStatus } from './call-status'
import { codeOf, commonErrors, denials, type ErrorMap, invalidToken, pageTooLong } from './error-map'
import { type GrpcCode, grpcCodes } from './grpc-code'
import { ProtoJsonError } from './proto-json-error'
import { textOf } from './texts'

/** What ended a call, as ZITADEL says it. What is our own fault tells nothing and carries its cause. */
export function statusOf(error: unknown, errors: ErrorMap = {}): CallStatus {
  if (error instanceof ApiError) return error.status
  if (error instanceof ProtoJsonError) return plainStatus('invalid_argument', error.message)
  if (error instanceof RequestRefusedError) return refusal(error)
  if (!isDirectoryError(error)) return internalError('internal', error)
  const failure = error as KnownError
  const entry = entryOf(failure, errors)
  if (entry !== undefined) return zitadelStatus(...entry)
  const code = codeOf[failure.code]
  if (failure.code === 'outcome_unknown') return { ...plainStatus(code, outcomeUnknown), cause: failure }
  // There is something where a client asked for there to be nothing (RFC 9110, section 13.1.2).
  if (failure.code === 'version_conflict' && failure.expected === undefined) {
    return { ...plainStatus('failed_precondition', failure.message), httpStatus: 412 }
  }
  if (failure.code === 'idempotency_key_reused') return { ...plainStatus(code, failure.message), httpStatus: 422 }
  return grpcCodes[code].httpStatus < 500 ? plainStatus(code, failure.message) : internalError(code, failure)
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
function refusal({ reason, message }: RequestRefusedError): CallStatus {
  const status = plainStatus(refusalCodes[reason], message)
  return { ...status, httpStatus: refusalStatus[reason], headers: refusalHeaders(reason) }
}

function internalError(code: GrpcCode, cause: unknown): CallStatus {
  return { ...plainStatus(code, textOf('Errors.Internal')), cause }
}
