import {
  AlreadyExistsError,
  ContentionError,
  InvalidInputError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  StorageUnavailableError,
  UnauthenticatedError,
  VersionConflictError,
} from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { RequestRefusedError } from '../request-refused-error'
import { inexistentUser } from './error-catalogue'
import { failureAnswer } from './translate-error'

const post = { method: 'POST', scopes: ['create:users', 'x'] }
const patch = { ...post, method: 'PATCH' }
const get = { ...post, method: 'GET' }

const answered = (error: unknown, route = post) => {
  const { status, body, cause } = failureAnswer(error, route)
  return { status, cause, ...JSON.parse(String(body)) }
}

describe('a failure', () => {
  it.each([
    [inexistentUser(), 404, 'inexistent_user'],
    [new NotFoundError('user', 'x'), 404, 'inexistent_user'],
    [new NotFoundError('client', 'x'), 404, 'inexistent_client'],
    [new NotFoundError('metadata', 'x'), 404, undefined],
    [new AlreadyExistsError('user_id'), 409, 'auth0_idp_error'],
    [new AlreadyExistsError('email'), 409, 'auth0_idp_error'],
    [new AlreadyExistsError('username'), 400, 'auth0_idp_error'],
    [new InvalidInputError('name', 'is wrong'), 400, 'invalid_body'],
    [new LimitExceededError('metadata.value.json', 10, 11), 413, 'payload_too_large'],
    [new LimitExceededError('metadata.value.depth', 10, 11), 400, 'invalid_body'],
    [new LimitExceededError('metadata.entries', 10, 11), 400, 'invalid_body'],
    [new NotFoundError('org', 'x'), 404, undefined],
    [new AlreadyExistsError('org_name'), 409, 'organization_conflict'],
    [new AlreadyExistsError('org_domain'), 409, 'organization_conflict'],
    [new InvalidStateError('org_is_default'), 404, undefined],
    [new InvalidStateError('user_not_human'), 404, 'inexistent_user'],
    [new InvalidStateError('org_inactive'), 409, 'conflict'],
    [new PermissionDeniedError('user.write', 'no_membership'), 403, 'insufficient_scope'],
    [new UnauthenticatedError('user_not_active'), 401, undefined],
    [new VersionConflictError('1', '2'), 412, 'version_conflict'],
    [new RequestRefusedError('body_too_large', 10), 413, 'payload_too_large'],
    [new RequestRefusedError('body_timeout', 10), 408, 'request_timeout'],
    [new RequestRefusedError('client_closed'), 400, 'invalid_body'],
    [new RequestRefusedError('too_many_headers', 10), 431, 'too_many_headers'],
  ])('of the caller is told in the service’s words: %s', (error, status, errorCode) => {
    const { cause, ...answer } = answered(error)

    expect(cause).toBeUndefined()
    expect(answer).toMatchObject({ status, statusCode: status, message: expect.any(String) })
    expect(answer.errorCode).toBe(errorCode)
  })

  it.each([
    [new ContentionError(60), 503],
    [new StorageUnavailableError('busy'), 503],
    [new OutcomeUnknownError(), 503],
    [new Error('secret'), 500],
    ['secret', 500],
  ])('of ours tells nothing and is kept as the cause: %s', (error, status) => {
    const answer = answered(error)

    expect(answer).toMatchObject({ status, statusCode: status, cause: error })
    expect(answer.message).not.toContain('secret')
  })

  it('names a member as the wire does', () => {
    expect(answered(new InvalidInputError('displayName', 'is wrong')).message).toBe(
      "Payload validation error: 'is wrong' on property name.",
    )
    const organization = { ...patch, name: 'PATCH /organizations/{id}' } as const
    expect(answered(new InvalidInputError('displayName', 'is wrong'), organization).message).toBe(
      "Payload validation error: 'is wrong' on property display_name.",
    )
    expect(answered(new InvalidInputError('offset', 'is wrong'), get)).toMatchObject({
      message: "Query validation error: 'is wrong'.",
      errorCode: 'invalid_query_string',
    })
  })

  it('V69: is another one where an e-mail is changed', () => {
    expect(answered(new AlreadyExistsError('email'), patch)).toMatchObject({
      status: 400,
      message: 'The specified new email already exists',
    })
  })

  it('V118: of a role names the scopes of the route', () => {
    expect(answered(new PermissionDeniedError('user.write', 'no_membership')).message).toBe(
      'Insufficient scope, expected any of: create:users,x',
    )
  })
})
