import type { ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { initializedHuman } from './initialized-human'

const noPhone = ['not_found', 'COMMAND-ieJ2e', 'Errors.User.Phone.NotFound'] as const satisfies ErrorEntry

/** Where there is no number nothing is written, and it is no error. */
export const removePhone: UserV2<'RemovePhone'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { not_found: { user: noPhone }, invalid_state: { user_not_human: noPhone } },
  async handle({ caller, request: { userId } }) {
    await initializedHuman(caller, userId)
    return { details: detailsOf(await caller.users.update(userId, { phone: null })) }
  },
}
