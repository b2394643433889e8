import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { invalidCode, withoutPhone } from './contact-refusals'

export const verifyPhone: UserV2<'VerifyPhone'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { ...withoutPhone, invalid_state: { ...withoutPhone.invalid_state, ...invalidCode } },
  async handle({ caller, request: { userId, verificationCode } }) {
    const written = await caller.users.verifyPhone(userId, verificationCode, { refuseInitial: true })
    return { details: detailsOf(written) }
  },
}
