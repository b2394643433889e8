import type { Management } from '../binding'
import { pageDetails } from '../list'
import { membershipMessage, searchMemberships } from '../members/search-memberships'

export const listUserMemberships: Management<'ListUserMemberships'> = {
  async handle({ caller, directory, request: { userId, query, queries } }) {
    const page = searchMemberships(await caller.users.memberships(userId), query, queries)
    return {
      details: pageDetails(page, directory),
      result: page.items.map((one) => membershipMessage(one, directory.instanceId)),
    }
  },
}
