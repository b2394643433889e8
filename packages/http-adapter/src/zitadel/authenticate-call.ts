import { type Across, type ActingDirectory, type Directory, PermissionDeniedError } from '@indwell/core'
import type { Authenticate } from '../authenticate'
import type { ExchangeRequest } from '../exchange'
import { actingAs } from './acting-as'
import { apiError, plainApiError } from './api-error'
import { invalidToken } from './error-map'
import type { NamedOrg } from './named-org'

/** Who is calling, in the org the call names. */
export interface AuthenticatedCall {
  readonly callerId: string
  readonly caller: ActingDirectory
}

/** `Grpc-Metadata-<name>` is how clients of a gRPC gateway send any other header. */
const gatewayOrgHeader = 'grpc-metadata-x-zitadel-orgid'

/** Where a call works, beside what its header says. */
export interface CallPlace {
  readonly across?: Across | undefined
  /** Wins over the header. */
  readonly namedOrg?: NamedOrg | undefined
}

/**
 * Establishes who is calling, from `Authorization: Bearer <token>`, and where, from `x-zitadel-orgid`: the caller's own
 * org when the header is absent or empty. What the caller may do there is not looked at.
 *
 * @throws {@link ApiError} with 401 when nobody can be told.
 * @throws {@link PermissionDeniedError} for a domain that is no org's.
 */
export async function authenticateCall(
  directory: Directory,
  authenticate: Authenticate,
  request: ExchangeRequest,
  { across, namedOrg }: CallPlace = {},
): Promise<AuthenticatedCall> {
  const { authorization = '', 'x-zitadel-orgid': named, [gatewayOrgHeader]: forwarded } = request.headers
  const header = named ?? forwarded ?? ''
  if (authorization === '') throw plainApiError('unauthenticated', 'auth header missing')
  if (!/^Bearer \S+$/.test(authorization)) throw apiError('unauthenticated', 'AUTH-7fs1e', 'invalid auth header')
  const known = await authenticate(request)
  if (known === undefined || !('userId' in known)) throw apiError(...invalidToken)
  // What a token was issued for narrows nothing here: ZITADEL asks for the user's roles alone.
  const { userId } = known
  const orgId =
    namedOrg === undefined ? header : (namedOrg.orgId ?? (await orgOf(namedOrg.orgDomain, directory, userId)))
  return { callerId: userId, caller: actingAs(directory, userId, { orgId, across }) }
}

/** Whose domain it is: told to whoever may call at all, as by the header whether there is an org of some id. */
async function orgOf(domain: string, directory: Directory, userId: string): Promise<string> {
  await directory.as({ userId }).requireAuthenticated()
  const org = await directory.asSystem('org of a domain', { onBehalfOf: userId }).orgs.findByDomain(domain)
  if (org === undefined) throw new PermissionDeniedError('authenticated', 'unknown_org')
  return org.orgId
}
