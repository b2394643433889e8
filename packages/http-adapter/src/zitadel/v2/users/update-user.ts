import { apiError } from '../../api-error'
import type { Request, UserV2 } from '../../binding'
import { contactErrors } from '../../users/contact-errors'
import { humanChange, unknownUser } from './human-change'
import { returnedCodes } from './verification'

/** Changes what is there, all or nothing. What is the same already is no error; users of the other type are not known. */
export const updateUser: UserV2<'UpdateUser'> = {
  across: 'orgs',
  errors: {
    not_found: { user: unknownUser },
    invalid_state: { user_not_human: unknownUser, user_not_machine: unknownUser },
    already_exists: {
      user_name_domain: ['invalid_argument', 'COMMAND-Di2ei', 'Errors.User.DomainNotAllowedAsUsername'],
    },
    invalid_input: contactErrors,
  },
  async handle({ caller, request }) {
    const { type, ...change } = await changeOf(request)
    const updated = await caller.users.update(request.userId, { userName: request.username, ...change }, { type })
    return { changeDate: updated.changedAt, ...returnedCodes(updated) }
  },
}

async function changeOf({ human, machine }: Request<'user.v2.UpdateUserRequest'>) {
  if (machine !== undefined) {
    return { type: 'machine', displayName: machine.name, description: machine.description } as const
  }
  if (human === undefined) throw apiError('unimplemented', '', 'user type is not implemented')
  const { phone } = human
  const verifies = [phone?.sendCode, phone?.returnCode, phone?.isVerified].some((member) => member !== undefined)
  if (phone?.phone === '' && verifies) {
    throw apiError('invalid_argument', 'USERv2-4f3d6', 'Errors.User.Phone.VerifyingRemovalIsNotSupported')
  }
  return { type: 'human', ...(await humanChange(human)) } as const
}
