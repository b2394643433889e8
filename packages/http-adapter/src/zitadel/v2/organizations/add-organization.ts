import type { OrgAdmin } from '@indwell/core'
import { apiError } from '../../api-error'
import type { OrganizationV2, Request } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { newHuman } from '../users/human-input'

/** Without admins the org has no member, not even the caller. */
export const addOrganization: OrganizationV2<'AddOrganization'> = {
  writes: 'changes',
  errors: {
    invalid_input: {
      ...contactErrors,
      // What is left then is a name of which no domain can be made.
      name: ['invalid_argument', 'ORG-RrfXY', 'Errors.Org.Domain.EmptyString'],
      roles: ['invalid_argument', 'Org-4N8es', 'Errors.Org.MemberInvalid'],
    },
    not_found: { user: ['failed_precondition', 'ORG-GoXOn', 'Errors.User.NotFound'] },
    already_exists: {
      org_id: ['already_exists', 'V3-DKcYh', 'Errors.Org.AlreadyExists'],
      user_id: ['failed_precondition', 'COMMAND-7yiox1isql', 'Errors.User.AlreadyExisting'],
      member: ['already_exists', 'ORG-poWwe', 'Errors.Org.Member.AlreadyExists'],
    },
  },
  async handle({ caller, request: { name, orgId, admins } }) {
    if (name.trim() === '') throw apiError('invalid_argument', 'ORG-mruNY', 'Errors.Org.Invalid')
    const created = await caller.orgs.create({
      name,
      ...(orgId !== undefined && { orgId }),
      admins: admins.map(orgAdmin),
    })
    const createdAdmins = created.adminIds.flatMap((userId, index) =>
      admins[index]?.human === undefined ? [] : [{ userId }],
    )
    return { details: detailsOf(created), organizationId: created.orgId, createdAdmins }
  },
}

function orgAdmin({ userId, human, roles }: Request<'org.v2.AddOrganizationRequest.Admin'>): OrgAdmin {
  if (userId !== undefined) return { userId, roles }
  if (human !== undefined) return { human: newHuman(human), roles }
  throw apiError('unimplemented', 'ORGv2-SD2r1', 'userType oneOf <nil> in method AddOrganization not implemented')
}
