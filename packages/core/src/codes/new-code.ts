import type { Core } from '../core'
import { sha256 } from '../randomness'
import type { CodePurpose } from './code'

/** How long a code counts. */
export const codeLifetimeMs = 3_600_000

const digits = '0123456789'
const lettersAndDigits = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${digits}`
const codeLength = 6

/** A code for those it is for. */
export interface IssuedCode {
  /** Six digits for a phone, six upper-case letters and digits for an e-mail. Kept nowhere: only its hash is. */
  readonly code: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export function newCode(core: Pick<Core, 'randomBytes' | 'now'>, purpose: CodePurpose): IssuedCode {
  const alphabet = purpose === 'phone' ? digits : lettersAndDigits
  // So many more bits than the code has that the remainder prefers no character.
  let random = BigInt(`0x${Buffer.from(core.randomBytes(16)).toString('hex')}`)
  let code = ''
  while (code.length < codeLength) {
    code += alphabet[Number(random % BigInt(alphabet.length))]
    random /= BigInt(alphabet.length)
  }
  return { code, expiresAt: core.now() + codeLifetimeMs }
}

/** Whom a code belongs to. */
export interface CodeHolder {
  readonly userId: string
  /** Where it is sent; `null` where there is nowhere. */
  readonly address: string | null
}

/** A code is short: whose it is and what for goes into its hash, so that no two of them share one. */
export function hashOfCode(purpose: CodePurpose, { userId, address }: CodeHolder, code: string): string {
  return sha256(JSON.stringify([purpose, userId, address, code]))
}
