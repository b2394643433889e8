import * as v from 'valibot'
import type { Core } from '../core'
import { text } from '../input'
import { codeAdded, type User, type UserEvent } from '../users/user'
import { purposeOfAdded } from './code'
import { hashOfCode, type IssuedCode, newCode } from './new-code'
import type { CodeMessage } from './outbox'

/**
 * Who gets a code: the user, by the host's `sendCode` (`send`), the caller (`return`), or nobody, so that none is made.
 */
export type CodeDelivery = 'send' | 'return' | 'none'

/** What becomes of the codes of new addresses and numbers. */
export const codeWishes = {
  /**
   * Of the code for a new e-mail that is not verified, or for the initialization of a user created as `initial`. Default
   * `send`.
   */
  emailCode: v.optional(v.picklist(['send', 'return', 'none'])),
  /** Of the code for a new phone that is not verified. Default `send`. */
  phoneCode: v.optional(v.picklist(['send', 'return', 'none'])),
  /** 1 to 200 characters, handed to `sendCode` as they are. */
  emailCodeUrlTemplate: v.optional(text(1, 200)),
}

export interface CodeWishes {
  readonly emailCode?: CodeDelivery | undefined
  readonly phoneCode?: CodeDelivery | undefined
  readonly emailCodeUrlTemplate?: string | undefined
}

/** The codes that the caller asked for, of those that were made. */
export interface ReturnedCodes {
  readonly emailCode?: IssuedCode
  readonly phoneCode?: IssuedCode
}

export interface Issued {
  /** With the codes that they say were made. */
  readonly events: readonly UserEvent[]
  readonly returned: ReturnedCodes
  /** For the owner of the user. */
  messagesIn(orgId: string): readonly CodeMessage[]
}

type Contacts = Pick<User, 'email' | 'phone'>

/** Makes the codes that `events` announce, where anybody shall get them. */
export function issueCodes(
  core: Core,
  userId: string,
  before: Contacts | undefined,
  events: readonly UserEvent[],
  wishes: CodeWishes,
): Issued {
  const contacts = contactsAfter(before, events)
  const messages: Omit<CodeMessage, 'orgId'>[] = []
  const returned: { emailCode?: IssuedCode; phoneCode?: IssuedCode } = {}

  const issue = (event: UserEvent): UserEvent => {
    const purpose = purposeOfAdded(event.type)
    if (purpose === undefined) return event
    const channel = purpose === 'phone' ? 'phone' : 'email'
    const delivery = wishes[`${channel}Code`] ?? 'send'
    const to = contacts[channel]
    const sends = delivery === 'send' && core.outbox.isOpen && to !== null
    if (!sends && delivery !== 'return') return event

    const { code, expiresAt } = newCode(core, purpose)
    const { emailCodeUrlTemplate: urlTemplate } = wishes
    if (delivery === 'return') returned[`${channel}Code`] = { code, expiresAt }
    else if (to !== null) {
      messages.push({
        channel,
        purpose: purpose === 'initialization' ? 'initialization' : 'verification',
        userId,
        to,
        code,
        expiresAt,
        ...(channel === 'email' && urlTemplate !== undefined && { urlTemplate }),
      })
    }
    return codeAdded(purpose, { hash: hashOfCode(purpose, { userId, address: to }, code), expiresAt })
  }

  return {
    events: events.map(issue),
    returned,
    messagesIn: (orgId) => messages.map((message) => ({ ...message, orgId })),
  }
}

function contactsAfter(before: Contacts | undefined, events: readonly UserEvent[]): Contacts {
  let { email, phone } = before ?? { email: null, phone: null }
  for (const { type, payload } of events) {
    if (type === 'user.human.added') {
      email = payload.email ?? null
      phone = payload.phone ?? null
    } else if (type === 'user.human.email.changed') email = payload.email
    else if (type === 'user.human.phone.changed') phone = payload.phone
    else if (type === 'user.human.phone.removed') phone = null
  }
  return { email, phone }
}
