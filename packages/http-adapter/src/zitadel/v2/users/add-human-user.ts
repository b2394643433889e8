import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { newHuman } from './human-input'
import { returnedCodes } from './verification'

/** In the org that the message names, else in that of the call. */
export const addHumanUser: UserV2<'AddHumanUser'> = {
  writes: 'changes',
  errors: {
    invalid_input: contactErrors,
    already_exists: { user_id: ['failed_precondition', 'COMMAND-7yiox1isql', 'Errors.User.AlreadyExisting'] },
  },
  async handle({ caller, request }) {
    const created = await caller.users.createHuman(await newHuman(request))
    return { userId: created.userId, details: detailsOf(created), ...returnedCodes(created) }
  },
}
