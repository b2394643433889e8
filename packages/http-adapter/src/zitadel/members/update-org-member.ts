import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

/** Replaces the whole list of roles; the same list in the same order writes nothing and is no error. */
export const updateOrgMember: Management<'UpdateOrgMember'> = {
  writes: 'changes',
  errors: {
    invalid_input: { roles: ['invalid_argument', 'IAM-m9fG8', 'Errors.Org.MemberInvalid'] },
    not_found: { member: ['not_found', 'Org-D8JxR', 'Errors.NotFound'] },
  },
  async handle({ caller, request: { userId, roles } }) {
    if (roles.length === 0) throw apiError('invalid_argument', 'Org-LiaZi', 'Errors.Org.MemberInvalid')
    return { details: detailsOf(await caller.orgs.members().update(userId, { roles })) }
  },
}
