import type { Actor } from '../actor'
import type { Core } from '../core'
import { askHook } from '../transactions/hooks'
import { answerKeyOf, describeRequest, type IdempotencyOption } from './idempotency-key'
import { runOnce } from './run-once'

/** Makes methods of use cases that write. */
export type KeyedWrites = <Args extends readonly unknown[], Result>(
  verb: string,
  /** Place of the options among the arguments. */
  place: number,
  call: (core: Core, ...args: Args) => Promise<Result>,
) => (...args: Args) => Promise<Result>

/** The request that all writes of some work belong to. */
export interface KeyedWork {
  readonly idempotencyKey: string
  readonly request: string
  /** Writes so far, by method. */
  readonly writes: Map<string, number>
}

/**
 * Methods that heed the `idempotencyKey` of their options, or that of the work they are done for. Without any they are
 * the use cases as they are.
 *
 * @param noun - Before the verbs.
 * @param about - What the methods are bound to: a subject, a place.
 */
export function keyedWrites(core: Core, actor: Actor, noun: string, ...about: readonly unknown[]): KeyedWrites {
  const heed: KeyedWrites =
    (verb, place, call) =>
    (...args) => {
      const options = args[place] as IdempotencyOption | undefined
      const own = options?.idempotencyKey
      const { work } = core
      if (own === undefined && work === undefined) return call(core, ...args)
      const name = `${noun}.${verb}`
      return Promise.resolve().then(() => {
        const key = own === undefined ? keyInWork(core, actor, name) : undefined
        if (key !== undefined) return runOnce(core, actor, key, (keyed) => call(keyed, ...args))
        const { idempotencyKey: _, ...rest } = options ?? {}
        const request = describeRequest(name, [about, ...args.slice(0, place), rest])
        const ownKey = answerKeyOf(core.instanceId, actor, own, request)
        return runOnce(core, actor, ownKey, (keyed) => call(keyed, ...args))
      })
    }
  const { before } = core
  if (before === undefined) return heed
  return (verb, place, call) => {
    const write = heed(verb, place, call)
    return async (...args) => {
      await askHook('before', () => before({ method: `${noun}.${verb}`, actor, about, args }))
      return write(...args)
    }
  }
}

/**
 * The nth write of a method within some work has a key of its own, and is whatever the work makes of the request: ids that
 * it chose, times that it read are no part of what was asked.
 */
function keyInWork({ instanceId, work }: Core, actor: Actor, name: string) {
  if (work === undefined) return undefined
  const count = (work.writes.get(name) ?? 0) + 1
  work.writes.set(name, count)
  return answerKeyOf(instanceId, actor, work.idempotencyKey, work.request, `${name} ${count}`)
}
