import type { AppendedEvent } from '../events/event'
import type { EntryKey, EntryRecord } from '../storage/records'
import type { UserEvent } from '../users/user'

/** What a code is for. An `initialization` code goes to the e-mail address too. */
export type CodePurpose = 'email' | 'phone' | 'initialization'

export const codePurposes: readonly CodePurpose[] = ['email', 'phone', 'initialization']

/** What is kept of a code that was made: enough to know it again. */
export interface KeptCode {
  /** See `hashOfCode`. */
  readonly hash: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** How often another code was given instead. */
  readonly failures: number
}

/** After as many wrong codes the right one does not count any more. */
export const maxCodeFailures = 5

/**
 * Where codes are kept: as entries of their user, so that they go when the user goes. No call names it, for it is no
 * valid namespace, and so no read, list or search shows them.
 */
export const codesNamespace = '$codes'

export const codeKey = (userId: string, purpose: CodePurpose): EntryKey => ({
  subjectType: 'user',
  subjectId: userId,
  namespace: codesNamespace,
  key: purpose,
})

export function keptCode(entry: EntryRecord | undefined): KeptCode | undefined {
  return entry !== undefined && 'json' in entry.value ? (JSON.parse(entry.value.json) as KeptCode) : undefined
}

type UserEventType = UserEvent['type']

const events = {
  email: {
    added: 'user.human.email.code.added',
    failed: 'user.human.email.verification.failed',
    ending: ['user.human.email.changed', 'user.human.email.verified'],
  },
  phone: {
    added: 'user.human.phone.code.added',
    failed: 'user.human.phone.verification.failed',
    ending: ['user.human.phone.changed', 'user.human.phone.removed', 'user.human.phone.verified'],
  },
  initialization: {
    added: 'user.human.initialization.code.added',
    failed: 'user.human.initialization.check.failed',
    ending: ['user.human.email.changed', 'user.human.initialization.check.succeeded'],
  },
} as const satisfies Record<
  CodePurpose,
  { readonly added: UserEventType; readonly failed: UserEventType; readonly ending: readonly UserEventType[] }
>

/** What a wrong code is in the log. */
export const failedEvent = (purpose: CodePurpose) => events[purpose].failed

/** Whose code an event says was made. */
export const purposeOfAdded = (type: string): CodePurpose | undefined =>
  codePurposes.find((purpose) => events[purpose].added === type)

/** Whether `event` can change the code of that purpose. */
export function concernsCode(purpose: CodePurpose, { type }: AppendedEvent): boolean {
  const { added, failed, ending } = events[purpose]
  return type === added || type === failed || (ending as readonly string[]).includes(type)
}

/**
 * A user's code after `event`; `undefined` where none counts. An event that says that a code was made, but not which,
 * ends the former one: nobody was told the new one.
 */
export function evolveCode(
  code: KeptCode | undefined,
  purpose: CodePurpose,
  event: AppendedEvent,
): KeptCode | undefined {
  if (event.type === 'user.removed') return undefined
  if (!concernsCode(purpose, event)) return code
  const { type, payload } = event as AppendedEvent & UserEvent
  if (type === events[purpose].failed) return code && { ...code, failures: code.failures + 1 }
  if (type !== events[purpose].added) return undefined
  const { hash, expiresAt } = payload as { hash?: string; expiresAt?: number }
  return hash === undefined || expiresAt === undefined ? undefined : { hash, expiresAt, failures: 0 }
}
