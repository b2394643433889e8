import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { orgDomainClaim } from '../orgs/org'

/** Whether a user name has to be looked at for whose domain it ends with. */
export function hasNameDomain({ userLoginMustBeDomain }: Core, userName: string | undefined): userName is string {
  return userName !== undefined && !userLoginMustBeDomain && userName.includes('@')
}

/**
 * Starts looking for the org that has verified the domain behind the last `@` of a user name. Where users sign in with a
 * domain of their org every name has another one behind it, and none is looked for.
 *
 * @param userName - Absent: there is nothing to look for.
 */
export async function readNameDomainOwner(core: Core, userName: string | undefined): Promise<string | undefined> {
  if (!hasNameDomain(core, userName)) return undefined
  const domain = userName.slice(userName.lastIndexOf('@') + 1).toLowerCase()
  const claim = await core.read({ read: 'claim', claim: orgDomainClaim(domain) })
  return claim?.ownerId
}

/** @throws {@link AlreadyExistsError} `user_name_domain` when the name would pass for one of another org. */
export function requireNameDomain(ownerId: string | undefined, orgId: string): void {
  if (ownerId !== undefined && ownerId !== orgId) throw new AlreadyExistsError('user_name_domain')
}
