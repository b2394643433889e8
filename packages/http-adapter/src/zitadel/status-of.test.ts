import {
  ContentionError,
  InvalidInputError,
  InvalidStateError,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  StorageUnavailableError,
  UnauthenticatedError,
  VersionConflictError,
} from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { RequestRefusedError } from '../request-refused-error'
import { errorResponse } from './error-body'
import { ProtoJsonError } from './proto-json-error'
import { statusOf } from './status-of'

function answered(error: unknown, errors?: Parameters<typeof statusOf>[1]) {
  const { status, body, cause } = errorResponse(statusOf(error, errors))
  const { code, message } = JSON.parse(String(body))
  return { status, code, message, cause }
}

describe('statusOf', () => {
  it.each([
    [new ProtoJsonError('unexpected EOF'), 400, 3, 'unexpected EOF'],
    [new RequestRefusedError('body_too_large', 10), 413, 8, 'request refused: body_too_large (limit 10)'],
    [new RequestRefusedError('body_timeout', 10), 408, 4, 'request refused: body_timeout (limit 10)'],
    [new NotFoundError('user', 'x'), 404, 5, 'User could not be found (QUERY-Dfbg2)'],
    [new NotFoundError('client', 'x'), 404, 5, 'client not found'],
    [new InvalidStateError('org_inactive'), 400, 9, 'org inactive'],
    [new InvalidInputError('userName', 'must be text'), 400, 3, 'userName: must be text'],
    [new InvalidInputError('__proto__', 'must be text'), 400, 3, '__proto__: must be text'],
    [new PermissionDeniedError('user.read', 'no_membership'), 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    [new UnauthenticatedError('user_not_active'), 401, 16, 'Token is invalid (AUTH-7fs1e)'],
    [new VersionConflictError('1', '2'), 409, 10, 'expected version 1, found 2'],
    [new ContentionError(60), 409, 10, 'gave up after 60 attempts'],
  ])('answers %s', (error, status, code, message) => {
    expect(answered(error)).toEqual({ status, code, message, cause: undefined })
  })

  it.each([
    [new StorageUnavailableError('busy'), 503, 14],
    [new TypeError('a bug'), 500, 13],
    ['no error', 500, 13],
  ])('hides what is our own fault from the client, not from the host: %s', (error, status, code) => {
    expect(answered(error)).toEqual({ status, code, message: 'An internal error occurred', cause: error })
  })

  it('tells that nobody knows the outcome, and the host why', () => {
    const error = new OutcomeUnknownError()
    const message = 'it is not known whether the request was carried out'
    expect(answered(error)).toEqual({ status: 503, code: 14, message, cause: error })
  })

  it('lets a method say what its errors are', () => {
    const errors = {
      not_found: { user: ['failed_precondition', 'COMMAND-uXHNj', 'Errors.User.NotFound'] },
      invalid_input: { roles: ['invalid_argument', 'Org-4N8es', 'Errors.Org.MemberInvalid'] },
    } as const

    expect(answered(new NotFoundError('user', 'x'), errors)).toMatchObject({ status: 400, code: 9 })
    expect(answered(new NotFoundError('org', 'x'), errors)).toMatchObject({ status: 404, code: 5 })
    expect(answered(new InvalidInputError('roles.0', 'x'), errors).message).toBe('Errors.Org.MemberInvalid (Org-4N8es)')
  })
})
