import type { Core } from '../core'
import type { Filter, MembershipCondition, MetadataCondition, RecordFilter } from '../storage/search'

/** The same filter where user names alone are login names: the storage knows only those with a domain. */
export function loginNameFilter(core: Core, filter: RecordFilter<'user'>): RecordFilter<'user'> {
  return core.userLoginMustBeDomain ? filter : byUserName(filter)
}

function byUserName(filter: Filter<string, MetadataCondition | MembershipCondition>): RecordFilter<'user'> {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, filters: filter.filters.map(byUserName) }
    case 'not':
      return { op: 'not', filter: byUserName(filter.filter) }
    case 'membership':
    case 'metadata':
      return filter
    default:
      return (filter.field === 'loginName' ? { ...filter, field: 'userName' } : filter) as RecordFilter<'user'>
  }
}
