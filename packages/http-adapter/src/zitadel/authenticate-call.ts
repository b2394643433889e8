import type { ActingDirectory, Directory } from '@indwell/core'
import type { Authenticate } from '../authenticate'
import type { ExchangeRequest } from '../exchange'
import { apiError, plainApiError } from './api-error'
import { invalidToken } from './error-map'

/** Who is calling, in the org the call names. */
export interface AuthenticatedCall {
  readonly callerId: string
  readonly caller: ActingDirectory
}

/** `Grpc-Metadata-<name>` is how clients of a gRPC gateway send any other header. */
const gatewayOrgHeader = 'grpc-metadata-x-zitadel-orgid'

/**
 * Establishes who is calling, from `Authorization: Bearer <token>`, and where, from `x-zitadel-orgid`: the caller's own
 * org when the header is absent or empty. What the caller may do there is not looked at.
 *
 * @throws {@link ApiError} with 401 when nobody can be told.
 */
export async function authenticateCall(
  directory: Directory,
  authenticate: Authenticate,
  request: ExchangeRequest,
): Promise<AuthenticatedCall> {
  const { authorization = '', 'x-zitadel-orgid': named, [gatewayOrgHeader]: forwarded } = request.headers
  const orgId = named ?? forwarded ?? ''
  if (authorization === '') throw plainApiError('unauthenticated', 'auth header missing')
  if (!/^Bearer \S+$/.test(authorization)) throw apiError('unauthenticated', 'AUTH-7fs1e', 'invalid auth header')
  const known = await authenticate(request)
  if (known === undefined || !('userId' in known)) throw apiError(...invalidToken)
  // What a token was issued for narrows nothing here: ZITADEL asks for the user's roles alone.
  const { userId } = known
  return { callerId: userId, caller: directory.as({ userId, ...(orgId !== '' && { orgId }) }) }
}
