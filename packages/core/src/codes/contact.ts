import { InvalidStateError } from '../errors/invalid-state-error'
import { codeAdded, fact, type User, type UserEvent } from '../users/user'

/** What a user can be reached by. */
export type Contact = 'email' | 'phone'

const contacts = {
  email: {
    verified: 'emailVerified',
    missing: 'user_without_email',
    already: 'email_already_verified',
    verifiedEvent: 'user.human.email.verified',
  },
  phone: {
    verified: 'phoneVerified',
    missing: 'user_without_phone',
    already: 'phone_already_verified',
    verifiedEvent: 'user.human.phone.verified',
  },
} as const

export interface ContactCodeOptions {
  /** Refuses a user that has yet to be initialized: such a user has another code. Default false. */
  readonly refuseInitial?: boolean
}

export function decideContactCode(
  user: User,
  contact: Contact,
  { refuseInitial = false }: ContactCodeOptions,
): readonly UserEvent[] {
  checkHuman(user)
  if (refuseInitial && user.state === 'initial') throw new InvalidStateError('user_initial')
  checkUnverified(user, contact)
  return [codeAdded(contact)]
}

export function decideVerified(
  user: User,
  contact: Contact,
  { refuseInitial = false }: ContactCodeOptions,
): readonly UserEvent[] {
  checkHuman(user)
  if (refuseInitial && user.state === 'initial') throw new InvalidStateError('user_initial')
  checkUnverified(user, contact)
  return [fact(contacts[contact].verifiedEvent)]
}

/** @throws {@link InvalidStateError} `user_not_human`. */
export function checkHuman(user: User): void {
  if (user.type !== 'human') throw new InvalidStateError('user_not_human')
}

function checkUnverified(user: User, contact: Contact): void {
  const { missing, already, verified } = contacts[contact]
  if (user[contact] === null) throw new InvalidStateError(missing)
  if (user[verified]) throw new InvalidStateError(already)
}
