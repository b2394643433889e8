import { createDirectory, type DirectoryStorage, type NamedUser } from '@indwell/core'
import { type PostgresConnection, postgresStorage } from '@indwell/storage-postgres'
import { type SqliteDatabase, sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import type { ControlledTransaction, Transaction } from 'kysely'
import type pg from 'pg'
import { expectTypeOf } from 'vitest'

interface Tables {
  invoice: { number: string }
}
declare const kysely: Transaction<Tables>
declare const controlled: ControlledTransaction<Tables, ['mine']>
declare const client: pg.PoolClient
declare const chosen: boolean
declare const custom: DirectoryStorage

// What a storage can join is known from the storage.
const onPostgres = await createDirectory({
  storage: postgresStorage({ connectionString: '' }),
  hooks: {
    inTransaction({ connection, directory }) {
      expectTypeOf(connection).toEqualTypeOf<PostgresConnection | undefined>()
      expectTypeOf(directory.asSystem('hook').users.get('ada')).resolves.toEqualTypeOf<NamedUser>()
    },
  },
})
onPostgres.within(kysely)
onPostgres.within(controlled)
onPostgres.within(client)
// @ts-expect-error a database of SQLite is none of Postgres
onPostgres.within(new Database(':memory:'))
expectTypeOf(onPostgres.transaction(async ({ connection }) => connection)).resolves.toEqualTypeOf<PostgresConnection>()

const onSqlite = await createDirectory({ storage: sqliteStorage({ database: new Database(':memory:') }) })
onSqlite.within(new Database(':memory:'))
onSqlite.within(kysely)
// @ts-expect-error a client of Postgres is none of SQLite
onSqlite.within(client)
expectTypeOf(onSqlite.transaction(async ({ connection }) => connection)).resolves.toEqualTypeOf<SqliteDatabase>()

// Whoever chooses at run time, or brings a storage, says it at run time too.
const storage = chosen ? sqliteStorage({ filename: '' }) : postgresStorage({ connectionString: '' })
const onEither = await createDirectory({ storage })
onEither.within(kysely)
onEither.within(client)
const onCustom = await createDirectory({ storage: custom })
onCustom.within('whatever it is')

// Only who joins has to tell when it is committed.
expectTypeOf(onSqlite.within(kysely).announce()).resolves.toBeNumber()
// @ts-expect-error the directory tells by itself of what it committed by itself
onSqlite.transaction(async (transaction) => transaction.announce())
