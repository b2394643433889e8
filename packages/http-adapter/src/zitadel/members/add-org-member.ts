import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const addOrgMember: Management<'AddOrgMember'> = {
  writes: 'adds',
  errors: {
    invalid_input: { roles: ['invalid_argument', 'Org-4N8es', 'Errors.Org.MemberInvalid'] },
    not_found: {
      user: ['failed_precondition', 'ORG-GoXOn', 'Errors.User.NotFound'],
      org: ['failed_precondition', 'COMMAND-QXPGs', 'Errors.Org.NotFound'],
    },
    already_exists: { member: ['already_exists', 'ORG-poWwe', 'Errors.Org.Member.AlreadyExists'] },
  },
  async handle({ caller, request: { userId, roles } }) {
    if (roles.length === 0) throw apiError('invalid_argument', 'ORG-4Mlfs', 'Errors.Org.MemberInvalid')
    return { details: detailsOf(await caller.orgs.members().add({ userId, roles: [...roles] })) }
  },
}
