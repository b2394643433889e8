import type { ActingDirectory } from '@indwell/core'
import { concurrently, measure } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'

/** Of each user, `key000` and so on. */
export const keysOfUser = 100

/** The raw statements on the same tables. */
export interface RawEntries {
  getEntry(userId: string, key: string): unknown
  set(userId: string, entries: readonly (readonly [key: string, value: unknown])[]): unknown
}

/** Get and set where there are `users` named `user00000000` and so on, each with its entries. */
export async function measureEntriesAtSize(
  { database, size, users }: { readonly database: string; readonly size: string; readonly users: number },
  raw: RawEntries,
  system: ActingDirectory,
  wanted: Wanted,
): Promise<readonly Row[]> {
  let unique = 0
  // Far apart, or a page that was read would answer the next ones.
  const userOf = (number: number) => `user${String((number * 7919) % users).padStart(8, '0')}`
  const keyOf = (number: number) => `key${String((number * 31) % keysOfUser).padStart(3, '0')}`
  const value = () => {
    unique += 1
    return { plan: 'full', seats: unique }
  }
  const operations = [
    {
      name: `get metadata of ${size}`,
      raw: (n: number) => raw.getEntry(userOf(n), keyOf(n)),
      ours: (n: number) => system.users.metadata(userOf(n)).get(keyOf(n)),
    },
    {
      name: `set metadata of ${size}`,
      raw: (n: number) => raw.set(userOf(n), [[keyOf(n), value()]]),
      ours: (n: number) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() }),
    },
  ]
  const rows: Row[] = []
  for (const operation of operations) {
    const row = { name: operation.name, database, callers: 1 }
    if (!wanted(row)) continue
    const [floor, own] = await measure([
      { name: 'raw', run: (count) => concurrently(count, 1, operation.raw) },
      { name: 'indwell', run: (count) => concurrently(count, 1, operation.ours) },
    ])
    const perSecond = { floorPerSecond: floor!.opsPerSecond, ownPerSecond: own!.opsPerSecond }
    rows.push({ ...row, ratio: own!.ratio, cpuRatio: own!.cpuRatio, ...perSecond })
  }
  return rows
}
