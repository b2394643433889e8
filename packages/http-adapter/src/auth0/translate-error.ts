import {
  type DirectoryError,
  type DirectoryErrorCode,
  type InvalidInputError,
  type InvalidStateReason,
  isDirectoryError,
  type LimitExceededError,
  type NotFoundSubject,
  type TakenSubject,
} from '@indwell/core'
import type { ExchangeResponse } from '../exchange'
import type { KnownError } from '../known-error'
import { refusalHeaders, refusalStatus } from '../refusal-status'
import { type RefusalReason, RequestRefusedError } from '../request-refused-error'
import { Auth0Error, errorAnswer } from './error-body'
import {
  identityLinked,
  inexistentClient,
  inexistentOrganization,
  inexistentRole,
  inexistentUser,
  insufficientScope,
  invalidBody,
  invalidQuery,
  invalidToken,
  newEmailTaken,
  operationNotSupported,
  organizationExists,
  payloadTooLarge,
  preconditionFailed,
  roleExists,
  unknownRoute,
  userExists,
  usernameTaken,
} from './error-catalogue'
import { tooManyClientMetadata } from './metadata-rules'
import type { Route } from './route'
import { validationSentence } from './validation-messages'

/** What a call failed in, as far as the answer depends on it. */
type FailedRoute = Pick<Route, 'method' | 'scopes'> & Partial<Pick<Route, 'name'>>

type Translate<E> = (error: E, route: FailedRoute) => Auth0Error

const translations: { readonly [Code in DirectoryErrorCode]: Translate<Extract<KnownError, { code: Code }>> } = {
  invalid_input: invalidInput,
  limit_exceeded: limitExceeded,
  already_exists: ({ subject }, { method }) => taken[subject](method === 'POST'),
  not_found: ({ subject }) => missing[subject](),
  invalid_state: ({ reason }) => forbidding[reason](),
  permission_denied: (_, { scopes }) => insufficientScope(scopes),
  unauthenticated: () => invalidToken(),
  version_conflict: ({ current }) => preconditionFailed(current),
  contention: () => unavailable('Others keep changing the resource. Please try again.'),
  storage_unavailable: () => unavailable('The service is temporarily unavailable. Please try again.'),
  outcome_unknown: () => outcomeUnknown(),
  idempotency_key_reused: () => idempotencyKeyReused(),
  hook_refused: () => hookRefused(),
  transaction_failed: () => unavailable('The service is temporarily unavailable. Please try again.'),
}

const taken: Readonly<Record<TakenSubject, (creating: boolean) => Auth0Error>> = {
  user_id: userExists,
  user_name: userExists,
  user_name_domain: conflict,
  email: (creating) => (creating ? userExists() : newEmailTaken()),
  username: usernameTaken,
  role_id: roleExists,
  role_name: roleExists,
  client_id: () => new Auth0Error(409, 'Another client exists with the same id.', 'client_conflict'),
  org_id: organizationExists,
  org_name: organizationExists,
  // Made from the name: two names may come to the same.
  org_domain: organizationExists,
  domain_of_org: conflict,
  member: conflict,
  access_token: conflict,
  instance: conflict,
  metadata: () => new Auth0Error(409, 'Another resource holds the value of a metadata key that is unique.', 'conflict'),
}

const missing: Readonly<Record<NotFoundSubject, () => Auth0Error>> = {
  user: inexistentUser,
  identity: inexistentUser,
  client: inexistentClient,
  org: inexistentOrganization,
  role: inexistentRole,
  member: unknownRoute,
  metadata: unknownRoute,
  access_token: unknownRoute,
  phone: unknownRoute,
  domain: unknownRoute,
}

const forbidding: Readonly<Record<InvalidStateReason, () => Auth0Error>> = {
  // A machine is no user of this face: it came to be one since the call looked.
  user_not_human: inexistentUser,
  user_not_machine: inexistentUser,
  user_already_inactive: conflict,
  user_initial: conflict,
  user_not_inactive: conflict,
  user_not_active_or_initial: conflict,
  user_not_locked: conflict,
  user_not_initial: conflict,
  user_without_email: conflict,
  user_without_phone: conflict,
  email_already_verified: conflict,
  phone_already_verified: conflict,
  code_wrong: conflict,
  code_expired: conflict,
  code_spent: conflict,
  code_unknown: conflict,
  identity_already_linked: identityLinked,
  identity_has_identities: () =>
    operationNotSupported('A user with linked identities cannot be linked: unlink them first.'),
  identity_is_primary: () => operationNotSupported('A user can neither be linked to itself nor unlinked from itself.'),
  identity_of_other_org: () => operationNotSupported('Users of different orgs of the directory cannot be linked.'),
  member_ends_otherwise: conflict,
  org_inactive: conflict,
  org_already_inactive: conflict,
  org_already_active: conflict,
  org_already_default: conflict,
  // The tenant is no organization of this face: it came to be that since the call looked.
  org_is_default: inexistentOrganization,
  domain_primary: conflict,
  domain_not_verified: conflict,
  domain_already_verified: conflict,
  domain_not_proven: conflict,
  domain_verification_missing: conflict,
  domain_policy_fixed: conflict,
  client_metadata_full: conflict,
  metadata_not_a_number: conflict,
  metadata_number_not_exact: conflict,
  metadata_not_a_list: conflict,
  metadata_path_missing: conflict,
  metadata_test_failed: conflict,
  metadata_unreadable: conflict,
  metadata_key_missing: conflict,
  referenced: conflict,
  history_purged: conflict,
}

/**
 * Answers what a call failed with. Never rejects and never tells more than the service would; what is our own fault is
 * in `cause`.
 */
export function failureAnswer(error: unknown, route: FailedRoute): ExchangeResponse {
  const translated = toAuth0Error(error, route)
  const answer = errorAnswer(translated)
  return translated.statusCode < 500 ? answer : { ...answer, cause: error }
}

function toAuth0Error(error: unknown, route: FailedRoute): Auth0Error {
  if (error instanceof Auth0Error) return error
  if (error instanceof RequestRefusedError) return refused(error)
  return isDirectoryError(error) ? translate(error, route) : internal()
}

function translate(error: DirectoryError, route: FailedRoute): Auth0Error {
  const translation = translations[error.code] as Translate<DirectoryError> | undefined
  return translation === undefined ? internal() : translation(error, route)
}

const refusals: Readonly<Record<RefusalReason, readonly [message: string, errorCode: string]>> = {
  body_too_large: ['', ''],
  body_timeout: ['Request payload took too long to arrive', 'request_timeout'],
  client_closed: ['Request was aborted', 'invalid_body'],
  body_unreadable: ['Request payload could not be read', 'invalid_body'],
  body_encoded: ['Request payload has a content encoding', 'invalid_body'],
  too_many_headers: ['Request has too many headers', 'too_many_headers'],
  url_too_long: ['Request URI is too long', 'uri_too_long'],
}

function refused({ reason, limit = 0 }: RequestRefusedError): Auth0Error {
  return reason === 'body_too_large'
    ? payloadTooLarge(limit)
    : new Auth0Error(refusalStatus[reason], ...refusals[reason], { headers: refusalHeaders(reason) })
}

/** Names of the directory's members on the wire. */
const wireNames: ReadonlyMap<string, string> = new Map([
  ['userId', 'user_id'],
  ['userName', 'user_id'],
  ['displayName', 'name'],
  ['nickName', 'nickname'],
  ['firstName', 'given_name'],
  ['lastName', 'family_name'],
  ['avatarUrl', 'picture'],
  ['phone', 'phone_number'],
])

function invalidInput({ path, problem }: InvalidInputError, { method, name: route }: FailedRoute): Auth0Error {
  if (method === 'GET') return invalidQuery(validationSentence('query', problem))
  const ofOrganization = path === 'displayName' && route?.includes('/organizations') === true
  const name = ofOrganization ? 'display_name' : (wireNames.get(path) ?? path)
  return invalidBody(validationSentence('payload', problem, name === '' ? undefined : { path: [name] }))
}

function limitExceeded({ limitName, limit, actual }: LimitExceededError, { method }: FailedRoute): Auth0Error {
  if (limitName === 'metadata.entries') return tooManyClientMetadata(actual)
  if (limitName.endsWith('.json') || limitName.endsWith('.bytes')) return payloadTooLarge(limit)
  const sentence = `${limitName} is ${actual}, at most ${limit} allowed`
  return method === 'GET'
    ? invalidQuery(validationSentence('query', sentence))
    : invalidBody(validationSentence('payload', sentence))
}

function conflict(): Auth0Error {
  return new Auth0Error(409, 'The resource is in a state that forbids the call.', 'conflict')
}

function unavailable(message: string): Auth0Error {
  return new Auth0Error(503, message, 'service_unavailable')
}

function outcomeUnknown(): Auth0Error {
  return new Auth0Error(503, 'It is not known whether the request was carried out.', 'outcome_unknown')
}

function hookRefused(): Auth0Error {
  return new Auth0Error(403, 'The request was refused.', 'hook_refused')
}

function idempotencyKeyReused(): Auth0Error {
  return new Auth0Error(422, 'Another request was made with this Idempotency-Key.', 'idempotency_key_reused')
}

function internal(): Auth0Error {
  return new Auth0Error(500, 'An internal server error occurred', 'internal_error')
}
