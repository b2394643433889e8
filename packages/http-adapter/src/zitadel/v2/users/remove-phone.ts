import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { withoutPhone } from './contact-refusals'

/** Where there is no number nothing is written, and it is no error. */
export const removePhone: UserV2<'RemovePhone'> = {
  across: 'orgs',
  writes: 'changes',
  errors: withoutPhone,
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.update(userId, { phone: null }, { refuseInitial: true })) }
  },
}
