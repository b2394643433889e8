import type { TokenFlaw } from '../authenticate'
import { Auth0Error } from './error-body'
import { validationSentence } from './validation-messages'

/** 400: a body lacks a property that only this connection or this call demands. */
export function missingProperty(name: string): Auth0Error {
  return new Auth0Error(400, validationSentence('payload', `Missing required property: ${name}`), 'invalid_body')
}

/** 400: a body that breaks a rule beyond its schema. */
export function invalidBody(message: string): Auth0Error {
  return new Auth0Error(400, message, 'invalid_body')
}

/** 400: a body that is not JSON. */
export function malformedJson(): Auth0Error {
  return invalidBody('Invalid request payload JSON format')
}

/** 400: a query that breaks a rule beyond its schema, or a search that cannot be read. */
export function invalidQuery(message: string): Auth0Error {
  return new Auth0Error(400, message, 'invalid_query_string')
}

/** 400: another search engine than v3. */
export function retiredSearchEngine(engine: string): Auth0Error {
  return invalidQuery(`You are not allowed to use search_engine=${engine}. Use search_engine=v3 instead.`)
}

/** 400: a user id in the path that is not `provider|id`. */
export function invalidUserId(id: string): Auth0Error {
  return new Auth0Error(400, `Object didn't pass validation for format user-id: ${id}`, 'invalid_uri')
}

/** 400: a path that cannot be decoded, or an id in it that nothing can have. */
export function invalidUri(message: string): Auth0Error {
  return new Auth0Error(400, message, 'invalid_uri')
}

/** 400: a page beyond the first thousand records. */
export function invalidPaging(): Auth0Error {
  return new Auth0Error(
    400,
    'You can only page through the first 1000 records. ' +
      'See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation.',
    'invalid_paging',
  )
}

/** 400: changes that must not come together, or not for this kind of user. */
export function operationNotSupported(message: string): Auth0Error {
  return new Auth0Error(400, message, 'operation_not_supported')
}

/** 400: the connection named in a user body is unknown. */
export function connectionOfUserMissing(): Auth0Error {
  return new Auth0Error(400, 'The connection does not exist.', 'inexistent_connection')
}

/** 400: a user name somebody else of the connection has. The code is our choice. */
export function usernameTaken(): Auth0Error {
  return new Auth0Error(400, 'The username provided is in use already.', 'auth0_idp_error')
}

/** 400, not 409: a PATCH to the e-mail of somebody else. The code is our choice. */
export function newEmailTaken(): Auth0Error {
  return new Auth0Error(400, 'The specified new email already exists', 'auth0_idp_error')
}

const challenge = { 'www-authenticate': 'Bearer' } as const

/** 401: no credentials. */
export function missingAuthentication(): Auth0Error {
  return new Auth0Error(401, 'Missing authentication', undefined, { headers: challenge })
}

const tokenMessages: Readonly<Record<TokenFlaw, string>> = {
  invalid: 'Invalid token',
  expired: 'Expired token received for JSON Web Token validation',
  signature: 'Invalid signature received for JSON Web Token validation',
}

/** 401: a token that does not count. */
export function invalidToken(flaw: TokenFlaw = 'invalid'): Auth0Error {
  const message = tokenMessages[flaw]
  return new Auth0Error(401, message, undefined, { attributes: { error: message }, headers: challenge })
}

/** 403: none of `scopes` was granted; two routes say that they want all of them. */
export function insufficientScope(scopes: readonly string[], wanted: 'any' | 'all' = 'any'): Auth0Error {
  return new Auth0Error(403, `Insufficient scope, expected ${wanted} of: ${scopes.join(',')}`, 'insufficient_scope')
}

/** 403: a `current_user` scope used on somebody else. The code is our choice. */
export function subjectMismatch(): Auth0Error {
  return new Auth0Error(403, 'User to be acted on does not match subject in bearer token.', 'insufficient_scope')
}

/** 404 of a user. */
export function inexistentUser(): Auth0Error {
  return new Auth0Error(404, 'The user does not exist.', 'inexistent_user')
}

/** 404 of a client. */
export function inexistentClient(): Auth0Error {
  return new Auth0Error(404, 'The client does not exist', 'inexistent_client')
}

/** 404 of an organization, by id or name. */
export function inexistentOrganization(): Auth0Error {
  return new Auth0Error(404, 'No organization found by that id or name')
}

/** 404 of a role. */
export function inexistentRole(): Auth0Error {
  return new Auth0Error(404, 'The role does not exist.')
}

/** 404 of a permission that shall be assigned. */
export function inexistentPermission(resourceServer: string, permission: string): Auth0Error {
  return new Auth0Error(
    404,
    `This permission does not exist: '${resourceServer} - ${permission}'`,
    'inexistent_resource_server_permission',
  )
}

/** 404 of a log. The code is our choice. */
export function inexistentLog(): Auth0Error {
  return new Auth0Error(404, 'Log not found', 'inexistent_log')
}

/** 404 of a path nobody serves. */
export function unknownRoute(): Auth0Error {
  return new Auth0Error(404, 'Not Found')
}

/** 409: the e-mail or the id is taken in the connection. */
export function userExists(): Auth0Error {
  return new Auth0Error(409, 'The user already exists.', 'auth0_idp_error')
}

/** 409: the identity is linked already, to this user or to another one. Text and code are our choice. */
export function identityLinked(): Auth0Error {
  return new Auth0Error(409, 'The identity is linked to a user already.', 'identity_conflict')
}

/** 409: the name is taken. */
export function organizationExists(): Auth0Error {
  return new Auth0Error(409, 'An organization with this name already exists.', 'organization_conflict')
}

/** 409: the name is taken. Text and code are our choice. */
export function roleExists(): Auth0Error {
  return new Auth0Error(409, 'A role with this name already exists.', 'role_conflict')
}

/** 409: the member of an organization would have more than 50 roles. The code is our choice. */
export function tooManyMemberRoles(): Auth0Error {
  return new Auth0Error(409, 'No more roles can be assigned to this organization member.', 'role_limit_exceeded')
}

/** 400: a header that means nothing, or nothing on this route. The code is our choice. */
export function malformedHeader(name: string): Auth0Error {
  return new Auth0Error(400, `Header validation error: '${name}' cannot be understood here.`, 'invalid_header')
}

/** 400: a header that the host asks for. The code is our choice. */
export function missingHeader(name: string): Auth0Error {
  return new Auth0Error(400, `Header validation error: '${name}' is missing.`, 'invalid_header')
}

/**
 * 412, which the service does not know, with the tag of what is there. The code is our choice.
 *
 * @param version - Absent: nothing is there.
 */
export function preconditionFailed(version: string | undefined): Auth0Error {
  return new Auth0Error(412, 'The resource is not the version that If-Match names.', 'version_conflict', {
    headers: version === undefined ? {} : { etag: `"${version}"` },
  })
}

/** 413: a body above the limit, in bytes. The code is our choice. */
export function payloadTooLarge(maxBytes: number): Auth0Error {
  return new Auth0Error(413, `Payload content length greater than maximum allowed: ${maxBytes}`, 'payload_too_large')
}

/** 429: the host's limiter has said no. */
export function tooManyRequests(): Auth0Error {
  return new Auth0Error(429, 'Global limit has been reached', 'too_many_requests')
}

/** 400: an upload that cannot be read. */
export function invalidMultipart(): Auth0Error {
  return invalidBody(validationSentence('payload', 'Invalid multipart payload format'))
}

/** 400: the connection a job names is unknown. */
export function connectionOfJobMissing(): Auth0Error {
  return new Auth0Error(400, 'The connection does not exist.', 'inexistent_connection')
}

/** 400: users of other connections cannot be imported. */
export function importNeedsDatabase(): Auth0Error {
  return invalidBody('Connection must be a database connection.')
}

/** 403: a link to a file that is none, or is too old. Text and code are our choice. */
export function invalidLink(): Auth0Error {
  return new Auth0Error(403, 'The link is not valid, or has expired.', 'invalid_link')
}

/** 404 of a job. The code is our choice. */
export function inexistentJob(): Auth0Error {
  return new Auth0Error(404, 'The job does not exist.', 'inexistent_job')
}

/** 413: a file longer than one answer may be. Text and code are our choice. */
export function exportTooLarge(maxLength: number): Auth0Error {
  return new Auth0Error(413, `The export is longer than ${maxLength} characters`, 'payload_too_large')
}

/** 429: as many imports are running as may. Text and code are our choice. */
export function tooManyImports(count: number): Auth0Error {
  const text = `There are ${count} active import users jobs, please wait until some of them are finished and try again`
  return new Auth0Error(429, text, 'too_many_jobs')
}
