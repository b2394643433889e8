import type { Admin } from '../binding'
import { listDetails } from '../object-details'

export const listIamMemberRoles: Admin<'ListIAMMemberRoles'> = {
  async handle({ caller, directory }) {
    const roles = await caller.members.roles()
    return { details: listDetails(roles.length, directory.now()), roles }
  },
}
