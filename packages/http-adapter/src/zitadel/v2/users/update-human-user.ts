import type { ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { humanChange } from './human-change'
import { returnedCodes } from './verification'

const noUser = ['not_found', 'COMMAND-ugjs0upun6', 'Errors.User.NotFound'] as const satisfies ErrorEntry

/** Changes what is there, all or nothing. What is the same already is no error. */
export const updateHumanUser: UserV2<'UpdateHumanUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { not_found: { user: noUser }, invalid_state: { user_not_human: noUser }, invalid_input: contactErrors },
  async handle({ caller, request: { userId, username: userName, ...human } }) {
    const updated = await caller.users.update(userId, { userName, ...(await humanChange(human)) }, { type: 'human' })
    return { details: detailsOf(updated), ...returnedCodes(updated) }
  },
}
