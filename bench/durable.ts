import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFilled } from './filled'
import { concurrently, measure } from './measure'
import { rawSqlite } from './raw-sqlite'
import type { Row } from './row'
import type { Wanted } from './wanted'
import { keysPerUser } from './workload'

/** Sets that wait for the disk (`synchronous = full`): those of many callers share a wait, raw ones have one each. */
export async function benchDurable(wanted: Wanted): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const { directory, system, userIds } = await openFilled({ filename, pragmas: { synchronous: 'full' } })
  const raw = rawSqlite(filename, 'full')
  let unique = 0
  const userOf = (number: number) => userIds[number % userIds.length]!
  const keyOf = (number: number) => `key${number % keysPerUser}`
  const value = () => {
    unique += 1
    return { plan: 'full', seats: unique }
  }
  const rows: Row[] = []
  for (const callers of [1, 50]) {
    const row = { name: 'set metadata, synchronous=FULL', database: 'sqlite', callers }
    if (!wanted(row)) continue
    const [floor, own] = await measure([
      { name: 'raw', run: (count) => concurrently(count, callers, (n) => raw.set(userOf(n), [[keyOf(n), value()]])) },
      {
        name: 'indwell',
        run: (count) =>
          concurrently(count, callers, (n) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() })),
      },
    ])
    rows.push({
      ...row,
      ratio: own!.ratio,
      floorPerSecond: floor!.opsPerSecond,
      ownPerSecond: own!.opsPerSecond,
    })
  }
  raw.close()
  await directory.close()
  rmSync(folder, { recursive: true, force: true })
  return rows
}
