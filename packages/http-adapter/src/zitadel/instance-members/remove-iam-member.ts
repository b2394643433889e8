import type { Admin } from '../binding'
import { objectDetails } from '../object-details'

/** Who is no member is removed without complaint. */
export const removeIamMember: Admin<'RemoveIAMMember'> = {
  writes: 'changes',
  async handle({ caller, directory, request: { userId } }) {
    const written = await caller.members.remove(userId)
    return { details: objectDetails({ ...written, resourceOwner: directory.instanceId }) }
  },
}
