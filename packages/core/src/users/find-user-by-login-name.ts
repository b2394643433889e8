import type { Actor } from '../actor'
import type { Core } from '../core'
import { orgDomainClaim } from '../orgs/org'
import { requirePermission } from '../permissions/check-permission'
import { type NamedUser, readNamedUser } from './login-names'
import { userNameClaim } from './user'

/**
 * Answers the user of the instance that has the login name, whatever its case and whatever org the call works in.
 *
 * @throws {@link PermissionDeniedError} without `user.global.read`.
 */
export async function findUserByLoginName(core: Core, actor: Actor, loginName: string): Promise<NamedUser | undefined> {
  await requirePermission(core, actor, 'user.global.read')
  const nameInOrg = await resolveDomain(core, loginName)
  if (nameInOrg === undefined) return undefined
  const claim = await core.read({ read: 'claim', claim: userNameClaim(nameInOrg, core.userLoginMustBeDomain) })
  return claim && readNamedUser(core, claim.ownerId)
}

/** The user name in a login name, and whose: no domain holds an `@`. */
async function resolveDomain(core: Core, loginName: string) {
  if (!core.userLoginMustBeDomain) return { userName: loginName, orgId: '' }
  const at = loginName.lastIndexOf('@')
  const domain = orgDomainClaim(loginName.slice(at + 1).toLowerCase())
  const owner = at < 0 ? undefined : await core.read({ read: 'claim', claim: domain })
  return owner && { userName: loginName.slice(0, at), orgId: owner.ownerId }
}
