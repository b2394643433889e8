import { concurrently, measure } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'
import type { Workload } from './workload'

const bulk = 100
/** Few, so that all of their entries are there before anything is timed. */
const subjects = 20

/** Entries in a second where a call sets a hundred of them, to those of our own calls that set one each. */
export async function benchBulkPerEntry(
  database: string,
  { system, userIds }: Workload,
  wanted: Wanted,
): Promise<readonly Row[]> {
  const row = { name: 'bulk set 100, per entry', database, callers: 1 }
  if (!wanted(row)) return []
  let unique = 0
  const value = () => {
    unique += 1
    return { plan: 'full', seats: unique }
  }
  const metadataOf = (number: number) => system.users.metadata(userIds[number % subjects]!)
  const setMany = (number: number, size: number) =>
    metadataOf(number).set(Array.from({ length: size }, (_, key) => [`bulk${key}`, value()] as const))
  for (let subject = 0; subject < subjects; subject += 1) await setMany(subject, bulk)

  const [single, many] = await measure([
    {
      name: 'single',
      run: (count) => concurrently(count, 1, (n) => metadataOf(n).set({ [`bulk${n % bulk}`]: value() })),
    },
    {
      name: 'bulk',
      async run(count) {
        for (let left = count; left > 0; left -= bulk) await setMany(left, Math.min(left, bulk))
      },
    },
  ])
  const { ratio, cpuRatio, opsPerSecond } = many!
  return [{ ...row, ratio, cpuRatio, floorPerSecond: single!.opsPerSecond, ownPerSecond: opsPerSecond }]
}
