import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'
import { humanInput } from './human-input'

/** Of passwords, one-time codes, links to identity providers and passkeys only counts whether they were given. */
export const importHumanUser: Management<'ImportHumanUser'> = {
  writes: 'adds',
  errors: { invalid_input: contactErrors },
  async handle({ caller, request }) {
    const userName = request.userName.trim()
    if (userName === '') throw apiError('invalid_argument', 'V2-zzad3', 'Errors.Invalid.Argument')

    const { isEmailVerified } = request.email
    const hasPassword = request.password !== '' || (request.hashedPassword?.value ?? '') !== ''
    const canSignIn = hasPassword || request.requestPasswordlessRegistration
    const isActive = request.idps.length > 0 || (isEmailVerified && canSignIn)
    const created = await caller.users.createHuman({
      ...(await humanInput(request)),
      userName,
      // An initial user verifies its address when it is initialized.
      emailVerified: isEmailVerified && isActive,
      hasPassword,
      state: isActive ? 'active' : 'initial',
    })
    return { userId: created.userId, details: detailsOf(created) }
  },
}
