import { apiError } from '../api-error'
import type { Admin } from '../binding'
import { objectDetails } from '../object-details'

/** Replaces the whole list of roles; the same list in the same order writes nothing and is no error. */
export const updateIamMember: Admin<'UpdateIAMMember'> = {
  writes: 'changes',
  errors: {
    invalid_input: { roles: ['invalid_argument', 'INSTANCE-3m9fs', 'Errors.IAM.MemberInvalid'] },
    not_found: { member: ['not_found', 'INSTANCE-D8JxR', 'Errors.NotFound'] },
  },
  async handle({ caller, directory, request: { userId, roles } }) {
    if (roles.length === 0) throw apiError('invalid_argument', 'INSTANCE-LiaZi', 'Errors.IAM.MemberInvalid')
    const written = await caller.members.update(userId, { roles })
    return { details: objectDetails({ ...written, resourceOwner: directory.instanceId }) }
  },
}
