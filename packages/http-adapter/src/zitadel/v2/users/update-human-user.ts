import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { humanChange, unknownUser } from './human-change'
import { returnedCodes } from './verification'

/** Changes what is there, all or nothing. What is the same already is no error. */
export const updateHumanUser: UserV2<'UpdateHumanUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    not_found: { user: unknownUser },
    invalid_state: { user_not_human: unknownUser },
    invalid_input: contactErrors,
  },
  async handle({ caller, request: { userId, username: userName, ...human } }) {
    const updated = await caller.users.update(userId, { userName, ...(await humanChange(human)) }, { type: 'human' })
    return { details: detailsOf(updated), ...returnedCodes(updated) }
  },
}
