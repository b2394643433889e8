import type { ClaimRecord, StoredEvent } from '@indwell/core'
import { accessTokenClaim } from '../../packages/core/src/access-tokens/access-token'
import { memberChange } from '../../packages/core/src/members/member'
import { orgDomainClaim, orgNameClaim } from '../../packages/core/src/orgs/org'
import { roleIdClaim, roleNameClaim } from '../../packages/core/src/roles/role'
import { claimsOf } from '../../packages/core/src/users/user'
import type { Rows } from '../../packages/core/test/rows-of-log'

/** The claims that the rows of an instance hold, with their owners; ids of roles stay taken when the role is gone. */
export function expectedClaims(instanceId: string, rows: Rows, events: readonly StoredEvent[]): readonly ClaimRecord[] {
  const ofUser = (userId: string) => ({ ownerType: 'user', ownerId: userId }) as const
  const ofOrg = (orgId: string) => ({ ownerType: 'org', ownerId: orgId }) as const
  const ofRole = (roleId: string) => ({ ownerType: 'role', ownerId: roleId }) as const
  return [
    ...rows.user.flatMap((user) => claimsOf(user, false).map((claim) => ({ ...claim, ...ofUser(user.userId) }))),
    ...rows.accessToken.map(({ hash, userId }) => ({ ...accessTokenClaim(hash), ...ofUser(userId) })),
    ...rows.member.map((member) => ({ ...memberChange(instanceId, member).claim, ...ofUser(member.userId) })),
    ...rows.org.map(({ name, orgId }) => ({ ...orgNameClaim(name), ...ofOrg(orgId) })),
    ...rows.orgDomain.flatMap(({ domain, isVerified, orgId }) =>
      isVerified ? [{ ...orgDomainClaim(domain), ...ofOrg(orgId) }] : [],
    ),
    ...rows.role.map(({ name, roleId }) => ({ ...roleNameClaim(name), ...ofRole(roleId) })),
    ...events.flatMap(({ type, aggregate: { id } }) =>
      type === 'role.added' ? [{ ...roleIdClaim(id), ...ofRole(id) }] : [],
    ),
  ]
}
