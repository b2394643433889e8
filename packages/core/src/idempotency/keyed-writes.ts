import type { Actor } from '../actor'
import type { Core } from '../core'
import { heedSignal } from '../heed-signal'
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
      const signal = options?.signal
      const { work, heeded } = core
      if (own === undefined && work === undefined && signal === undefined && heeded === undefined) {
        return call(core, ...args)
      }
      const name = `${noun}.${verb}`
      return Promise.resolve().then(() => {
        const keyOfWork = own === undefined ? keyInWork(core, actor, name) : undefined
        const heeding = heedSignal(core, signal)
        heeding.heeded?.signal.throwIfAborted()
        const asked = signal === undefined ? args : withoutSignal(args, place)
        if (keyOfWork !== undefined) return runOnce(heeding, actor, keyOfWork, (keyed) => call(keyed, ...asked))
        if (own === undefined) return call(heeding, ...asked)
        const { idempotencyKey: _, ...rest } = (asked[place] ?? {}) as IdempotencyOption
        const request = describeRequest(name, [about, ...args.slice(0, place), rest])
        const ownKey = answerKeyOf(core.instanceId, actor, own, request)
        return runOnce(heeding, actor, ownKey, (keyed) => call(keyed, ...asked))
      })
    }
  const { before } = core
  if (before === undefined) return heed
  return (verb, place, call) => {
    const write = heed(verb, place, call)
    return async (...args) => {
      heedSignal(core, (args[place] as IdempotencyOption | undefined)?.signal).heeded?.signal.throwIfAborted()
      await askHook('before', () => before({ method: `${noun}.${verb}`, actor, about, args }))
      return write(...args)
    }
  }
}

/** What the signal gives up is no part of what is asked. */
function withoutSignal<Args extends readonly unknown[]>(args: Args, place: number): Args {
  const { signal: _, ...options } = args[place] as IdempotencyOption
  return Object.assign([...args], { [place]: options }) as readonly unknown[] as Args
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
