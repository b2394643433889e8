import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildChildScript } from '../../../test/child-processes'
import { createMigratedDatabase, type PostgresDatabase, postgresUrl } from '../../../test/postgres'
import { pgBouncerVersion, startPgBouncer } from '../../../test/start-pgbouncer'
import { end, take } from './changes'
import { expectToFollowThroughKills } from './following'

// The driver is a dependency of the adapter, not of core.
const pg: typeof import('pg') = createRequire(new URL('../../storage-postgres/package.json', import.meta.url))('pg')

describe('following changes on Postgres', () => {
  let database: PostgresDatabase
  beforeEach(async () => {
    database = await createMigratedDatabase()
  })
  afterEach(() => database.drop())

  it('a consumer that is killed while four processes write misses nothing', async () => {
    const script = await buildChildScript(fileURLToPath(new URL('./following-child.ts', import.meta.url)))
    try {
      await expectToFollowThroughKills(script.file, database.url, postgresStorage({ connectionString: database.url }))
    } finally {
      await script.remove()
    }
  })

  it('tells nothing while a transaction runs that could still write before it, and all of it then', async () => {
    const directory = await createDirectory({ storage: postgresStorage({ connectionString: database.url }) })
    const { orgs } = directory.asSystem('test')
    const after = await end(directory)
    const late = new pg.Client({ connectionString: database.url })
    await late.connect()
    await late.query('begin')
    await late.query('select pg_current_xact_id()')
    await orgs.create({ orgId: 'acme', name: 'Acme' })

    let told = false
    const taking = take(directory, 1, { after, pollMs: 5 }).then((changes) => {
      told = true
      return changes
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(told).toBe(false)
    await late.query('commit')
    expect((await taking)[0]).toMatchObject({ type: 'org.added', orgId: 'acme' })
    await late.end()
    await directory.close()
  })

  it('follows another process where both notify', async () => {
    const open = () => createDirectory({ storage: postgresStorage({ connectionString: database.url, notify: true }) })
    const [one, other] = [await open(), await open()]
    const after = await end(one)
    const taking = take(one, 3, { after, pollMs: 3_600_000, types: ['org.added'] })
    for (const orgId of ['a', 'b', 'c']) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      await other.asSystem('test').orgs.create({ orgId, name: orgId })
    }
    expect((await taking).map(({ orgId }) => orgId)).toEqual(['a', 'b', 'c'])
    await one.close()
    await other.close()
  })

  it.skipIf(pgBouncerVersion() === undefined)('looks by itself behind a pooler in transaction mode', async () => {
    const bouncer = await startPgBouncer(postgresUrl())
    const open = () =>
      createDirectory({
        storage: postgresStorage({
          connectionString: bouncer.through(database.url),
          behindPooler: true,
          notify: true,
          max: 2,
        }),
      })
    const [one, other] = [await open(), await open()]
    const after = await end(one)
    const taking = take(one, 1, { after, pollMs: 50 })
    await other.asSystem('test').orgs.create({ orgId: 'acme', name: 'Acme' })
    expect((await taking)[0]).toMatchObject({ type: 'org.added' })
    await one.close()
    await other.close()
    await bouncer.stop()
  })
})
