import type { Admin } from '../binding'
import { objectDetails } from '../object-details'

/** A member without roles is none to refuse here, unlike in an org. */
export const addIamMember: Admin<'AddIAMMember'> = {
  writes: 'adds',
  errors: {
    invalid_input: { roles: ['invalid_argument', 'INSTANCE-4m0fS', 'Errors.IAM.MemberInvalid'] },
    not_found: { user: ['failed_precondition', 'INSTA-GSXOn', 'Errors.User.NotFound'] },
    already_exists: { member: ['already_exists', 'INSTA-pFDwe', 'Errors.IAM.Member.AlreadyExists'] },
  },
  async handle({ caller, directory, request: { userId, roles } }) {
    const written = await caller.members.add({ userId, roles: [...roles] })
    return { details: objectDetails({ ...written, resourceOwner: directory.instanceId }) }
  },
}
