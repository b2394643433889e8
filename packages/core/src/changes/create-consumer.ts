import * as v from 'valibot'
import type { Core } from '../core'
import { StorageUnavailableError } from '../errors/storage-unavailable-error'
import { id, parseInput } from '../input'
import type { DirectoryStorage } from '../storage/directory-storage'
import { ChangeReader } from './change-reader'
import type { ChangeHandler, Consumer, ConsumerOptions } from './consumer'
import { ConsumerStore, newState } from './consumer-state'
import { anyPosition, pollTime } from './follow-changes'
import { ConsumerRun, type RunOptions } from './run-consumer'
import type { Waking } from './waking'

const count = (min: number, max: number) =>
  v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be whole'),
      v.minValue(min, `must be at least ${min}`),
      v.maxValue(max, `must be at most ${max}`),
    ),
  )

const dayMs = 86_400_000

const optionsSchema = v.object({
  start: v.optional(v.picklist(['oldest', 'newest'], 'must be oldest or newest')),
  attempts: count(1, 100),
  firstRetryMs: count(1, dayMs),
  longestRetryMs: count(1, dayMs),
  checkpointEvery: count(1, 10_000),
  leaseMs: count(100, dayMs),
  pollMs: pollTime,
  onError: v.optional(v.function('must be a function')),
})

/** Starts a consumer in this process; of all processes that do, one at a time works. */
export function createConsumer(
  core: Core,
  storage: DirectoryStorage,
  waking: Waking,
  name: string,
  handler: ChangeHandler,
  options: ConsumerOptions = {},
): Consumer {
  const parsed = parseInput(optionsSchema, options)
  const run: RunOptions = {
    start: parsed.start ?? 'oldest',
    attempts: parsed.attempts ?? 10,
    firstRetryMs: parsed.firstRetryMs ?? 1000,
    longestRetryMs: parsed.longestRetryMs ?? 300_000,
    checkpointEvery: parsed.checkpointEvery ?? 100,
    leaseMs: parsed.leaseMs ?? 30_000,
    pollMs: parsed.pollMs ?? 1000,
    ...(options.onError && { onError: options.onError }),
  }
  const named = parseInput(v.object({ name: id, handler: v.function('must be a function') }), { name, handler })
  const { listConsumers, putConsumer } = storage
  if (listConsumers === undefined || putConsumer === undefined) throw new StorageUnavailableError('incompatible')
  const keeper = { listConsumers: listConsumers.bind(storage), putConsumer: putConsumer.bind(storage) }
  const store = new ConsumerStore(keeper, core.instanceId, named.name)
  const reader = new ChangeReader(core, options)
  const running = new ConsumerRun(core, store, reader, handler, run, waking)
  const change: ConsumerStore['change'] = async (change) => {
    await running.save()
    await store.change(change)
    await running.takeOver()
  }
  return {
    name,
    async status() {
      const { state } = (await store.read()) ?? { state: newState }
      const { after, holder, heldUntil = 0, waiting, parked, handled, disabledAt, lastError, notes } = state
      return {
        name,
        ...(after === undefined ? {} : { after }),
        isHeld: holder !== undefined && heldUntil > core.now(),
        isHeldHere: running.isHeldHere,
        waiting: waiting.length,
        parked,
        handled,
        notes,
        ...(disabledAt === undefined ? {} : { disabledAt }),
        ...(lastError === undefined ? {} : { lastError }),
      }
    },
    async replay(from) {
      const after = parseInput(anyPosition, from)
      // The storage says whether it is a position.
      if (after !== undefined) await core.readEvents({ after, limit: 1 })
      await change(({ after: _, pausedUntil: __, ...state }) => ({
        ...state,
        waiting: [],
        ...(after === undefined ? {} : { after }),
      }))
    },
    retryParked: () =>
      change((state) => ({
        ...state,
        parked: [],
        waiting: [
          ...state.waiting,
          ...state.parked.map(({ position, type, aggregate }) => ({
            position,
            type,
            aggregate,
            attempts: 0,
            dueAt: 0,
          })),
        ],
      })),
    enable: () => change(({ disabledAt: _, ...state }) => state),
    disable: () => change((state) => ({ ...state, disabledAt: core.now() })),
    stop: () => running.stop(),
  }
}
