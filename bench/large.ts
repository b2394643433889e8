import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { keysOfUser, measureEntriesAtSize } from './entries-at-size'
import { rawSqlite } from './raw-sqlite'
import type { Row } from './row'
import type { Wanted } from './wanted'

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

  const table = { database: 'sqlite', size: '10 million', users } as const
  const rows = await measureEntriesAtSize(table, raw, system, wanted)
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
