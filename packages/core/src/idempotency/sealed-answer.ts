import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Committed } from '../core'
import type { RandomBytes } from '../randomness'
import type { AnswerKey } from './idempotency-key'

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const markBytes = 16
const tagBytes = 16

/** Seals the answer that `answer` gives, with gaps for what only the storage knows. */
export function sealAnswer(
  { secret }: AnswerKey,
  answer: (committed: Committed) => unknown,
  randomBytes: RandomBytes,
): string {
  // Before texts that stand for something else, and so in no text of the answer itself.
  const mark = Buffer.from(randomBytes(markBytes)).toString('hex')
  const template = answer({ at: Number.NaN, sequenceOf: (index) => `${mark}${index}` })
  const text = JSON.stringify(template, (_, value: unknown) => {
    if (value instanceof Uint8Array) throw new TypeError('an answer under a key is JSON')
    return Number.isNaN(value) ? `${mark}at` : value
  })
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, secret, iv)
  const sealed = [iv, cipher.update(mark + (text ?? 'null'), 'utf8'), cipher.final()]
  return Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64')
}

/** The answer as the commit made it. */
export function openAnswer({ secret }: AnswerKey, sealed: string, { at, sequenceOf }: Committed): unknown {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, ivBytes))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8')
  const mark = text.slice(0, markBytes * 2)
  return JSON.parse(text.slice(mark.length), (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value
    const gap = value.slice(mark.length)
    return gap === 'at' ? at : sequenceOf(Number(gap))
  })
}
