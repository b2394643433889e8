import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { startPostgres } from '../test/start-postgres'
import { concurrently, measure } from './measure'
import { rawPostgres } from './raw-postgres'
import type { Row } from './row'
import type { Wanted } from './wanted'

const keysOfUser = 100

/**
 * Get and set where there are five million entries (or `INDWELL_BENCH_ENTRIES`), against raw statements on the same table
 * and index. Filled by one statement: about two minutes and 1.5 GB.
 */
export async function benchLargePostgres(wanted: Wanted): Promise<readonly Row[]> {
  const entries = Number(process.env.INDWELL_BENCH_ENTRIES ?? 5_000_000)
  const users = entries / keysOfUser
  const server = await startPostgres({ durable: true })
  const directory = await createDirectory({ storage: postgresStorage({ connectionString: server.url, max: 10 }) })
  const raw = rawPostgres(server.url)
  try {
    await fillEntries(server.url, users, directory.defaultOrgId)
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
        name: 'get metadata of 5 million',
        raw: (n: number) => raw.getEntry(userOf(n), keyOf(n)),
        ours: (n: number) => system.users.metadata(userOf(n)).get(keyOf(n)),
      },
      {
        name: 'set metadata of 5 million',
        raw: (n: number) => raw.set(userOf(n), [[keyOf(n), value()]]),
        ours: (n: number) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() }),
      },
    ]
    const rows: Row[] = []
    for (const operation of operations) {
      const row = { name: operation.name, database: 'postgres', callers: 1 }
      if (!wanted(row)) continue
      const [floor, own] = await measure([
        { name: 'raw', run: (count) => concurrently(count, 1, operation.raw) },
        { name: 'indwell', run: (count) => concurrently(count, 1, operation.ours) },
      ])
      const perSecond = { floorPerSecond: floor!.opsPerSecond, ownPerSecond: own!.opsPerSecond }
      rows.push({ ...row, ratio: own!.ratio, cpuRatio: own!.cpuRatio, ...perSecond })
    }
    return rows
  } finally {
    await raw.close()
    await directory.close()
    await server.stop()
  }
}

async function fillEntries(connectionString: string, users: number, orgId: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(
    `insert into indwell_aggregate
     select 'default', 'user', 'user' || lpad(u::text, 8, '0'), $1, $2, 1, true, 0 from generate_series(0, $3::int - 1) u`,
    [orgId, keysOfUser, users],
  )
  await client.query(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
     select 'default', 'user', 'user' || lpad(u::text, 8, '0'), 'app', 'key' || lpad(k::text, 3, '0'),
       '{"plan":"full","seats":0}', null, $1, k + 1, 0, 0
     from generate_series(0, $3::int - 1) u, generate_series(0, $2::int - 1) k`,
    [orgId, keysOfUser, users],
  )
  await client.query('vacuum analyze indwell_entry, indwell_aggregate')
  await client.end()
}
