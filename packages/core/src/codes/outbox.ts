/** A code on its way to the user. */
export interface CodeMessage {
  readonly channel: 'email' | 'phone'
  /** Shows that the address or number is the user's own, or ends the state `initial`. */
  readonly purpose: 'verification' | 'initialization'
  readonly userId: string
  readonly orgId: string
  /** The address, or the number in E.164. */
  readonly to: string
  readonly code: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Of the link that the message shall hold, where the caller gave one. */
  readonly urlTemplate?: string
}

/** Brings a code to the user: sends an e-mail or a text message. */
export type CodeSender = (message: CodeMessage) => void | Promise<void>

/** Hands codes to the host, after what they belong to was stored. */
export interface Outbox {
  /** Whether anybody sends. */
  readonly isOpen: boolean
  send(messages: readonly CodeMessage[]): void
}

/** `onError` gets what `sendCode` threw or rejected with; the write is long done then. */
export function createOutbox(
  sendCode: CodeSender | undefined,
  onError: (error: unknown, message: CodeMessage) => void,
  warn: (error: unknown) => void,
): Outbox {
  return {
    isOpen: sendCode !== undefined,
    send(messages) {
      for (const message of messages) {
        Promise.resolve(message)
          .then(sendCode)
          .catch((error: unknown) => onError(error, message))
          .catch(warn)
      }
    },
  }
}
