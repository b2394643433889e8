import type { Management } from '../binding'
import { detailsOf } from '../object-details'

/** Who is no member is removed without complaint. */
export const removeOrgMember: Management<'RemoveOrgMember'> = {
  writes: 'changes',
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.orgs.members().remove(userId)) }
  },
}
