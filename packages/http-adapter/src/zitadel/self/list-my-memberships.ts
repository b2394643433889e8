import type { Auth } from '../binding'
import { pageDetails } from '../list'
import { membershipMessage, searchMemberships } from '../members/search-memberships'
import { ownDirectory } from './own-directory'

/** In all orgs, whatever org the call works in. */
export const listMyMemberships: Auth<'ListMyMemberships'> = {
  async handle({ caller, callerId, directory, request: { query, queries } }) {
    const own = await ownDirectory(caller, callerId, directory)
    const page = searchMemberships(await own.users.memberships(callerId), query, queries)
    return {
      details: pageDetails(page, directory),
      result: page.items.map((one) => membershipMessage(one, directory.instanceId)),
    }
  },
}
