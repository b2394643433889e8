import { createDirectory, type DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { startTcpProxy } from '../../../test/tcp-proxy'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'

describe('notifications of writes', () => {
  let database: PostgresDatabase
  let opened: DirectoryStorage[] = []
  const open = (connectionString: string, options: Partial<PostgresStorageOptions> = {}) => {
    const storage = postgresStorage({ connectionString, notify: true, ...options })
    opened.push(storage)
    return storage
  }
  /** Counts wakes. */
  const listenTo = (storage: DirectoryStorage) => {
    const heard = { count: 0, end: () => {} }
    heard.end = storage.onWritten!(() => {
      heard.count += 1
    })
    return heard
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  beforeEach(async () => {
    database = await createMigratedDatabase()
  })
  afterEach(async () => {
    await Promise.all(opened.map((storage) => storage.close()))
    opened = []
    await database.drop()
  })

  it('wakes who waits when another storage wrote', async () => {
    const heard = listenTo(open(database.url))
    await until(() => heard.count === 1)
    await createDirectory({ storage: open(database.url) })
    await until(() => heard.count > 1)
    heard.end()
  })

  it('wakes who waits when a transaction of the host committed, and neither before nor for one that was rolled back', async () => {
    const heard = listenTo(open(database.url))
    await until(() => heard.count === 1)
    const pool = new pg.Pool({ connectionString: database.url })
    const directory = await createDirectory({ storage: open(database.url, { pool } as never) })
    const watcher = await pool.connect()
    const notifications: string[] = []
    watcher.on('notification', ({ channel }) => notifications.push(channel))
    const { rows } = await watcher.query(
      "select 'indwell_written_' || left(encode(sha256(' indwell_'), 'hex'), 16) as name",
    )
    await watcher.query(`listen ${rows[0].name}`)
    const client = await pool.connect()
    // What opening the directory told of is behind us then.
    await watcher.query(`notify ${rows[0].name}, 'begin'`)
    await until(() => notifications.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 60))
    notifications.length = 0
    const begun = heard.count

    for (const end of ['rollback', 'commit'] as const) {
      await client.query('begin')
      const joined = directory.within(client)
      const { users } = joined.asSystem('test')
      await joined
        .transaction(async (inner) => {
          await inner.asSystem('test').users.createHuman({ userName: 'bob' })
          throw new Error('the test broke off')
        })
        .catch(() => {})
      const { userId } = await users.createHuman({ userName: 'ada' })
      await users.metadata(userId).set({ plan: 'pro' })
      await watcher.query('select 1')
      expect(notifications).toEqual([])
      await client.query(end)
    }
    await until(() => heard.count > begun)
    await watcher.query('select 1')
    expect(notifications).toHaveLength(1)
    client.release()
    watcher.release(true)
    heard.end()
    await Promise.all(opened.map((storage) => storage.close()))
    await pool.end()
  })

  it('goes on hearing when the connection was lost', async () => {
    const proxy = await startTcpProxy(database.url)
    const heard = listenTo(open(proxy.through(database.url)))
    await until(() => heard.count === 1)
    proxy.cutAll()
    // It wakes when it listens again, for what was written in between.
    await until(() => heard.count === 2)
    await createDirectory({ storage: open(database.url) })
    await until(() => heard.count > 2)
    heard.end()
    await Promise.all(opened.map((storage) => storage.close()))
    await proxy.close()
  })

  it('tells once of many writes', async () => {
    const directory = await createDirectory({ storage: open(database.url) })
    const { orgs } = directory.asSystem('test')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const storage = open(database.url)
    const listening = listenTo(storage)
    await until(() => listening.count > 0)
    const { rows } = await client.query(
      `select query from pg_stat_activity where query like 'listen indwell_written_%' and pid <> pg_backend_pid()`,
    )
    expect(rows).toHaveLength(1)
    await client.query(rows[0].query)
    let told = 0
    client.on('notification', () => {
      told += 1
    })
    await Promise.all(Array.from({ length: 100 }, (_, org) => orgs.create({ orgId: `org-${org}`, name: `Org ${org}` })))
    await until(() => told > 0)
    expect(told).toBeLessThan(50)
    listening.end()
    await client.end()
  })

  it('hears nothing behind a pooler, nor where nobody asked for it', () => {
    expect(open(database.url, { behindPooler: true }).onWritten).toBeUndefined()
    expect(open(database.url, { notify: false }).onWritten).toBeUndefined()
  })

  it('gives the connection back when nobody waits, and closes while somebody does', async () => {
    const storage = open(database.url, { max: 1 })
    const heard = listenTo(storage)
    await until(() => heard.count === 1)
    heard.end()
    // It is the only one of the pool.
    await storage.readEvents('default', { limit: 1 })
    const again = listenTo(storage)
    await until(() => again.count === 1)
    await storage.close()
  })
})
