import type { Management } from '../binding'

export const listOrgMemberRoles: Management<'ListOrgMemberRoles'> = {
  async handle({ caller }) {
    return { result: await caller.orgs.members().roles() }
  },
}
