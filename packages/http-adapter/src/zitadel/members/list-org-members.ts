import type { Management } from '../binding'
import { pageDetails } from '../list'
import { memberMessage } from './member-message'
import { searchMembers } from './search-members'

export const listOrgMembers: Management<'ListOrgMembers'> = {
  async handle({ caller, directory, request: { query, queries } }) {
    const page = await searchMembers(caller.orgs.members(), query, queries)
    return {
      details: pageDetails(page, directory),
      result: page.items.map((member) => memberMessage(member, member.orgId)),
    }
  },
}
