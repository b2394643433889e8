import type { Core } from '../core'
import type { MetadataCondition, RecordFilter } from '../storage/search'
import { identitiesEntry, identitiesNamespace } from './identity'
import type { IdentityCondition, UserFilter } from './list-users'

/**
 * The filter as a storage knows it: identities are an entry of their user, and where user names alone are login names,
 * those are what is asked for. The storage knows only login names with a domain.
 */
export function storedFilter(core: Core, filter: UserFilter): RecordFilter<'user'> {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, filters: filter.filters.map((part) => storedFilter(core, part)) }
    case 'not':
      return { op: 'not', filter: storedFilter(core, filter.filter) }
    case 'membership':
    case 'metadata':
      return filter
    case 'identity':
      return storedIdentity(filter)
    default:
      return filter.field === 'loginName' && !core.userLoginMustBeDomain ? { ...filter, field: 'userName' } : filter
  }
}

const storedIdentity = ({ path, test }: IdentityCondition): MetadataCondition => ({
  op: 'metadata',
  namespace: identitiesNamespace,
  path: [identitiesEntry, ...path],
  test,
})
