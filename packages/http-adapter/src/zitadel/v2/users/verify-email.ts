import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { invalidCode, withoutEmail } from './contact-refusals'

export const verifyEmail: UserV2<'VerifyEmail'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { ...withoutEmail, invalid_state: { ...withoutEmail.invalid_state, ...invalidCode } },
  async handle({ caller, request: { userId, verificationCode } }) {
    const written = await caller.users.verifyEmail(userId, verificationCode, { refuseInitial: true })
    return { details: detailsOf(written) }
  },
}
