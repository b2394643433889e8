import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { concurrently, measure } from './measure'
import { rawSqlite } from './raw-sqlite'
import type { Row } from './row'
import type { Wanted } from './wanted'

const keysOfUser = 100

/**
 * Get and set where there are ten million entries (or `INDWELL_BENCH_ENTRIES`), against raw statements on the same
 * clustered table. Filled by one statement, in the order of the key: about two minutes and 1.5 GB.
 */
export async function benchLarge(wanted: Wanted): Promise<readonly Row[]> {
  const entries = Number(process.env.INDWELL_BENCH_ENTRIES ?? 10_000_000)
  const users = entries / keysOfUser
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const directory = await createDirectory({ storage: sqliteStorage({ filename }) })
  fillEntries(filename, users, directory.defaultOrgId)
  const raw = rawSqlite(filename)
  const system = directory.asSystem('bench')

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
      name: 'get metadata of 10 million',
      raw: (n: number) => raw.getEntry(userOf(n), keyOf(n)),
      ours: (n: number) => system.users.metadata(userOf(n)).get(keyOf(n)),
    },
    {
      name: 'set metadata of 10 million',
      raw: (n: number) => raw.set(userOf(n), [[keyOf(n), value()]]),
      ours: (n: number) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() }),
    },
  ]
  const rows: Row[] = []
  for (const operation of operations) {
    const row = { name: operation.name, database: 'sqlite', callers: 1 }
    if (!wanted(row)) continue
    const [floor, own] = await measure([
      { name: 'raw', run: (count) => concurrently(count, 1, operation.raw) },
      { name: 'indwell', run: (count) => concurrently(count, 1, operation.ours) },
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

function fillEntries(filename: string, users: number, orgId: string): void {
  const db = new Database(filename)
  db.pragma('synchronous = off')
  db.exec('begin')
  const numbers = (count: number) =>
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${count})`
  const userId = `printf('user%08d', u.i)`
  db.prepare(
    `${numbers(users)} insert into indwell_aggregate select 'default', 'user', ${userId}, ?, ${keysOfUser}, 1, 1, 0 from n u`,
  ).run(orgId)
  db.prepare(
    `${numbers(users)}, k(i) as (select i from n where i < ${keysOfUser})
     insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
     select 'default', 'user', ${userId}, 'app', printf('key%03d', k.i), '{"plan":"full","seats":0}', null, ?, k.i + 1, 0, 0 from n u cross join k order by 3, 5`,
  ).run(orgId)
  db.exec('commit')
  db.close()
}
