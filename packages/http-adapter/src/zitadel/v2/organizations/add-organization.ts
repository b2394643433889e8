import type { OrgAdmin } from '@indwell/core'
import { apiError } from '../../api-error'
import type { OrganizationV2, Request } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { newHuman } from '../users/human-input'
import { returnedCodes } from '../users/verification'

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
      admins: await Promise.all(admins.map(orgAdmin)),
    })
    const createdAdmins = created.admins.flatMap(({ userId, ...codes }, index) =>
      admins[index]?.human === undefined ? [] : [{ userId, ...returnedCodes(codes) }],
    )
    return { details: detailsOf(created), organizationId: created.orgId, createdAdmins }
  },
}

async function orgAdmin(admin: Request<'org.v2.AddOrganizationRequest.Admin'>): Promise<OrgAdmin> {
  const { userId, human, roles } = admin
  if (userId !== undefined) return { userId, roles }
  if (human !== undefined) return { human: await newHuman(human), roles }
  throw apiError('unimplemented', 'ORGv2-SD2r1', 'userType oneOf <nil> in method AddOrganization not implemented')
}
