import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { describeForeignKeys } from './foreign-keys'
import { describeWithin, type Host } from './within'
import { createWorld } from './world'

function openDatabase() {
  const database = new Database(':memory:')
  database.pragma('foreign_keys = on')
  const run = async (text: string) => {
    const statement = database.prepare(text)
    if (statement.reader) return statement.all() as Record<string, unknown>[]
    statement.run()
    return []
  }
  return { database, run, storage: sqliteStorage({ database }) }
}

async function openHost(): Promise<Host> {
  const { database, run, storage } = openDatabase()
  return {
    storage,
    run,
    async begin() {
      await run('begin immediate')
      return { handle: database, run, commit: () => run('commit'), rollback: () => run('rollback') }
    },
    close: async () => database.close(),
  }
}

describeWithin('a transaction of better-sqlite3', openHost)
describeForeignKeys('SQLite', openHost)

describeWithin('a transaction of Kysely on SQLite', async () => {
  const { database, run, storage } = openDatabase()
  const db = new Kysely<Record<never, never>>({ dialect: new SqliteDialect({ database }) })
  return {
    storage,
    run,
    async begin() {
      const handle = await db.startTransaction().execute()
      return {
        handle,
        run: async (text) => (await sql.raw<Record<string, unknown>>(text).execute(handle)).rows,
        commit: () => handle.commit().execute(),
        rollback: () => handle.rollback().execute(),
      }
    },
    close: () => db.destroy(),
  }
})

describe('transactions on SQLite', () => {
  const notOpen = { code: 'transaction_failed', reason: 'not_open' }
  const foreign = { code: 'transaction_failed', reason: 'foreign' }
  const open = async () => {
    const opened = openDatabase()
    return { ...opened, world: await createWorld({ storage: opened.storage }) }
  }
  const thrownBy = (call: () => unknown) => {
    try {
      call()
    } catch (error) {
      return error
    }
    return undefined
  }

  it('refuse a connection without one, and one that a synchronous function is over with', async () => {
    const { database, world } = await open()
    expect(thrownBy(() => world.directory.within(database))).toMatchObject(notOpen)

    let written: Promise<unknown> | undefined
    database.transaction(() => {
      written = world.directory.within(database).asSystem('host').users.lock('bob')
    })()
    await expect(written).rejects.toMatchObject(notOpen)
    expect((await world.system.users.get('bob')).state).toBe('active')
    database.close()
  })

  it('refuse another connection, and a Kysely that is on one or in no transaction', async () => {
    const { database, world } = await open()
    const other = new Database(':memory:')
    other.exec('begin')
    expect(thrownBy(() => world.directory.within(other))).toMatchObject(foreign)
    other.exec('rollback')

    const elsewhere = new Kysely<Record<never, never>>({ dialect: new SqliteDialect({ database: other }) })
    expect(thrownBy(() => world.directory.within(elsewhere))).toMatchObject(notOpen)
    const transaction = await elsewhere.startTransaction().execute()
    await expect(world.directory.within(transaction).asSystem('host').users.get('bob')).rejects.toMatchObject(foreign)
    await transaction.commit().execute()
    await elsewhere.destroy()
    database.close()
  })

  it('keep calls outside of them waiting, so that nothing that was answered goes with a rollback', async () => {
    const { database, run, world } = await open()
    await run('begin immediate')
    const joined = world.directory.within(database)
    await joined.asSystem('host').users.lock('bob')
    const outside = world.system.users.metadata('ada').set({ outside: true })
    const read = world.system.users.get('bob')
    await joined.asSystem('host').users.lock('ada')
    await run('rollback')

    await outside
    expect((await read).state).toBe('active')
    expect(await world.system.users.metadata('ada').values()).toEqual({ outside: true })
    expect((await world.system.users.get('ada')).state).toBe('active')
    database.close()
  })

  it('keep them waiting no longer than the connection waits for others', async () => {
    const { database, world } = await open()
    database.pragma('busy_timeout = 20')
    await world.directory.transaction(async (transaction) => {
      await transaction.asSystem('host').users.lock('bob')
      await expect(world.system.users.lock('ada')).rejects.toMatchObject({
        code: 'storage_unavailable',
        reason: 'busy',
      })
    })
    expect((await world.system.users.get('bob')).state).toBe('locked')
    expect((await world.system.users.get('ada')).state).toBe('active')
    database.close()
  })

  it('of the directory wait for each other', async () => {
    const { database, world } = await open()
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        world.directory
          .transaction(async ({ connection, ...transaction }) => {
            expect(connection).toBe(database)
            await transaction
              .asSystem('host')
              .users.metadata('bob')
              .set({ [`k${n}`]: n })
            await new Promise((resolve) => setTimeout(resolve, 1))
            if (n % 2 === 1) throw new Error('odd')
          })
          .catch(({ message }) => expect(message).toBe('odd')),
      ),
    )
    expect(Object.keys(await world.system.users.metadata('bob').values())).toHaveLength(5)
    database.close()
  })

  it('say referenced where a foreign key that is checked at the end is broken', async () => {
    const { database, run, world } = await open()
    await run(`create table host (instance_id text, user_id text, foreign key (instance_id, user_id)
      references indwell_user (instance_id, user_id) deferrable initially deferred)`)
    await run(`insert into host values ('default', 'bob')`)
    const referenced = { code: 'invalid_state', reason: 'referenced' }

    await expect(world.system.users.delete('bob')).rejects.toMatchObject(referenced)
    await expect(
      world.directory.transaction((transaction) => transaction.asSystem('host').users.delete('bob')),
    ).rejects.toMatchObject(referenced)
    await world.directory.transaction(async (transaction) => {
      await transaction.asSystem('host').users.delete('bob')
      await run('delete from host')
    })
    expect(await world.system.users.getOrUndefined('bob')).toBeUndefined()
    database.close()
  })

  it('say conflict where others wrote since a deferred one read first', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'indwell-within-'))
    const filename = join(directory, 'a.db')
    const database = new Database(filename)
    database.pragma('journal_mode = wal')
    const world = await createWorld({ storage: sqliteStorage({ database }) })
    const other = sqliteStorage({ filename })
    database.exec('begin')
    const { users } = world.directory.within(database).asSystem('host')
    await users.get('bob')
    await other.commit('elsewhere', [
      {
        at: 1,
        actor: { type: 'system', id: '', reason: 'test' },
        aggregates: [{ key: { type: 'org', id: 'o' }, expect: 'new', owner: 'o', events: [], revise: true }],
      },
    ])
    await expect(users.lock('bob')).rejects.toMatchObject({ code: 'transaction_failed', reason: 'conflict' })
    database.exec('rollback')
    await other.close()
    database.close()
    rmSync(directory, { recursive: true })
  })
})
