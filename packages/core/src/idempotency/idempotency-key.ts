import { createHmac, hkdfSync } from 'node:crypto'
import * as v from 'valibot'
import type { Actor } from '../actor'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { SignalOption } from '../heed-signal'
import { parseInput, text } from '../input'

/** Of a write that shall happen once, however often it is asked for. */
export interface IdempotencyOption extends SignalOption {
  /**
   * A name for this request, 1 to 255 characters, that the caller gives to no other one: a random UUID. Who asks again
   * under it, in whatever process, gets the answer that the write had, and nothing is written twice. It counts for one
   * caller of one instance and for `idempotencyWindowMs`. A request that was refused wrote nothing, and is decided anew.
   *
   * The answer is kept sealed by the key: who reads the database and can guess the key can read the answer.
   *
   * @throws {@link IdempotencyKeyReusedError} when it named another request.
   */
  readonly idempotencyKey?: string | undefined
}

const KeyInput = v.object({ idempotencyKey: text(1, 255) })

/** What is stored of a key and a request: neither tells anything of what it was made of. */
export interface AnswerKey {
  readonly key: string
  readonly request: string
  /** Seals the answer. */
  readonly secret: Uint8Array
}

/**
 * @param request - What is asked, as {@link describeRequest} words it.
 * @param part - Of several answers to one request.
 * @throws {@link InvalidInputError} for what is no key.
 */
export function answerKeyOf(instanceId: string, actor: Actor, key: unknown, request: string, part = ''): AnswerKey {
  const { idempotencyKey } = parseInput(KeyInput, { idempotencyKey: key })
  const callerId = actor.type === 'user' ? actor.userId : (actor.onBehalfOf ?? '')
  const derive = (purpose: string) =>
    new Uint8Array(
      hkdfSync('sha256', idempotencyKey, '', JSON.stringify([purpose, instanceId, actor.type, callerId, part]), 32),
    )
  const { orgId = null, across = null } = { across: null, ...actor }
  return {
    key: Buffer.from(derive('key')).toString('hex'),
    request: createHmac('sha256', derive('request'))
      .update(JSON.stringify([orgId, across, request]))
      .digest('hex'),
    secret: derive('answer'),
  }
}

/**
 * The same text for calls of the same meaning, another one for others.
 *
 * @throws {@link InvalidInputError} for what is nested too deeply or in itself.
 */
export function describeRequest(name: string, parts: readonly unknown[]): string {
  try {
    return JSON.stringify([name, ...parts.map(spelledOut)])
  } catch {
    throw new InvalidInputError('', 'cannot be named by an idempotency key')
  }
}

/** Lists alone, with what each of them was: members in one order, and `__proto__` a name like any other. */
function spelledOut(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')]
  if (Array.isArray(value)) return ['list', value.map(spelledOut)]
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return ['members', members.map(([name, member]) => [name, spelledOut(member)])]
}
