import { InvalidStateError } from '../errors/invalid-state-error'
import { codeAdded, fact, type User, type UserEvent } from '../users/user'
import { checkHuman } from './contact'

/** A new code for a user that waits for it, at a new address where one is given. */
export function decideInitializationCode(user: User, email: string | undefined): readonly UserEvent[] {
  checkInitial(user)
  return [
    ...(email === undefined || email === user.email
      ? []
      : [{ type: 'user.human.email.changed', payload: { email } } as const]),
    codeAdded('initialization'),
  ]
}

/** `byCode`: who gave the code has read what was sent to the address. */
export function decideInitialized(user: User, { byCode }: { readonly byCode: boolean }): readonly UserEvent[] {
  checkInitial(user)
  const proven = byCode && user.email !== null && !user.emailVerified
  return [fact('user.human.initialization.check.succeeded'), ...(proven ? [fact('user.human.email.verified')] : [])]
}

function checkInitial(user: User): void {
  checkHuman(user)
  if (user.state !== 'initial') throw new InvalidStateError('user_not_initial')
}
