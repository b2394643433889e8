import { inScope, type PermissionScope } from '../permissions/permission-scope'
import type { MembershipCondition } from '../storage/search'
import type { UserFilter } from './list-users'

/** Whether a filter asks where users are members. */
export function asksMemberships(filter: UserFilter): boolean {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.some(asksMemberships)
    case 'not':
      return asksMemberships(filter.filter)
    default:
      return filter.op === 'membership'
  }
}

/** The same filter, blind to memberships in orgs out of scope: a condition on them would tell who is a member there. */
export function membershipsWithin(filter: UserFilter, scope: PermissionScope): UserFilter {
  const visible = inScope(scope)
  return visible === undefined ? filter : within(filter, visible)
}

function within(filter: UserFilter, visible: MembershipCondition['of']): UserFilter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, filters: filter.filters.map((inner) => within(inner, visible)) }
    case 'not':
      return { op: 'not', filter: within(filter.filter, visible) }
    case 'membership':
      return { op: 'membership', of: { op: 'and', filters: [visible, filter.of] } }
    default:
      return filter
  }
}
