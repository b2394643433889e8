import type { Actor } from '../actor'
import type { Core } from '../core'
import { maxPageSize } from '../paging'
import { allOf } from '../permissions/all-of'
import { builtInRoles } from '../permissions/built-in-roles'
import { type MemberPlace, permitPlace } from './member-place'

/**
 * Answers the roles that members of that level can be given: names, and behind them the ids of the first 1000 roles that
 * were created. `SELF_MANAGEMENT_GLOBAL` is offered in the default org.
 *
 * @throws {@link PermissionDeniedError} without `org.member.read`, in the instance `iam.member.read`.
 * @throws {@link NotFoundError} when the call may not see the org.
 */
export async function listRoles(core: Core, actor: Actor, place: MemberPlace): Promise<readonly string[]> {
  const [{ orgId }, instance] = await allOf(
    permitPlace(core, actor, place, 'read'),
    core.read({ read: 'record', kind: 'instance', key: {} }),
  )
  const created = await core.search({
    kind: 'role',
    sort: [{ field: 'createdAt', descending: false }],
    offset: 0,
    limit: maxPageSize,
    count: false,
  })
  const prefix = place.level === 'instance' ? 'IAM' : 'ORG'
  const ofLevel = core.roles.names.filter((role) => role.startsWith(prefix) || !Object.hasOwn(builtInRoles, role))
  const isDefault = place.level === 'org' && orgId === instance?.defaultOrgId
  return [...(isDefault ? ['SELF_MANAGEMENT_GLOBAL'] : []), ...ofLevel, ...created.items.map(({ roleId }) => roleId)]
}
