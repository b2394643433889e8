import { concurrently, measure, median } from './measure'
import type { RawOperations } from './operations'
import type { Row } from './row'
import type { Wanted } from './wanted'
import type { Workload } from './workload'

const writers = 64
const rounds = 7
const roundMs = 500

/**
 * Many writers on one user, each with a key of its own: writes in a second beside a row of a counter that one statement for
 * each write bumps, how long one takes at worst, and how much longer reads of other users take meanwhile.
 */
export async function benchOneAggregate(
  { system, userIds }: Workload,
  raw: RawOperations,
  wanted: Wanted,
): Promise<readonly Row[]> {
  const throughput = { name: 'set metadata of one user', database: 'postgres', callers: writers }
  const slowest = { ...throughput, name: 'set metadata of one user, p99, ms' }
  const meanwhile = { ...throughput, name: 'get metadata of others meanwhile, p99' }
  let unique = 0
  const value = () => {
    unique += 1
    return { plan: 'full', seats: unique }
  }
  const [rawId, ownId, ...others] = userIds as readonly [string, string, ...string[]]
  const keyOf = (number: number) => `writer${number % writers}`
  const write = (number: number) => system.users.metadata(ownId).set({ [keyOf(number)]: value() })
  const read = (number: number) => system.users.metadata(others[number % others.length]!).get('key0')

  const rows: Row[] = []
  if (wanted(throughput)) {
    const [floor, own] = await measure([
      { name: 'raw', run: (count) => concurrently(count, writers, (n) => raw.set(rawId, [[keyOf(n), value()]])) },
      { name: 'indwell', run: (count) => concurrently(count, writers, write) },
    ])
    const perSecond = { floorPerSecond: floor!.opsPerSecond, ownPerSecond: own!.opsPerSecond }
    rows.push({ ...throughput, ratio: own!.ratio, cpuRatio: own!.cpuRatio, ...perSecond })
  }
  if (!wanted(slowest) && !wanted(meanwhile)) return rows

  const writing: number[] = []
  const slowdown: number[] = []
  await Promise.all([timed(writers, write), timed(1, read)])
  for (let round = 0; round < rounds; round += 1) {
    const idle = await timed(1, read)
    const [writes, busy] = await Promise.all([timed(writers, write), timed(1, read)])
    writing.push(p99(writes))
    slowdown.push(p99(busy) / p99(idle))
  }
  return [
    ...rows,
    ...(wanted(slowest) ? [{ ...slowest, ratio: median(writing) }] : []),
    ...(wanted(meanwhile) ? [{ ...meanwhile, ratio: median(slowdown) }] : []),
  ]
}

/** Milliseconds that each call takes, of so many callers for a while. */
async function timed(callers: number, operation: (number: number) => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  const end = performance.now() + roundMs
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let number = caller; performance.now() < end; number += callers) {
        const started = performance.now()
        await operation(number)
        times.push(performance.now() - started)
      }
    }),
  )
  return times
}

function p99(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!
}
