import type { Filter } from '@indwell/core'
import type { Management } from '../binding'

/**
 * Where names are unique in the instance all orgs are asked, whatever else of them the caller may see; where they are
 * unique in an org, that of the call.
 */
export const isUserUnique: Management<'IsUserUnique'> = {
  async handle({ caller, callerId, directory, request: { userName, email } }) {
    const { orgId } = await caller.requirePermission('user.read')
    const filters: Filter<'userName' | 'email'>[] = []
    if (userName !== '') filters.push({ op: 'equals', field: 'userName', value: userName })
    if (email !== '') filters.push({ op: 'equals', field: 'email', value: email })
    const { users } = directory.asSystem('is a user unique', {
      onBehalfOf: callerId,
      ...(directory.domainPolicy.userLoginMustBeDomain && orgId !== undefined && { orgId }),
    })
    const { items } = await users.list({ filter: { op: 'and', filters }, limit: 1 })
    return { isUnique: items.length === 0 }
  },
}
