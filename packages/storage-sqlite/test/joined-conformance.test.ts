import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { describe } from 'vitest'
import { createSqlite, crowds, itKeepsStorageContract, type OpenedStorage } from '../../../test/storage-contract'
import { throughTransactions } from '../../../test/through-transactions'
import { sqliteStorage } from '../src/index'

// The event loop waits with SQLite, and with it whoever has the lock and is in this process as well.
const busyTimeoutMs = 0

function open(filename: string): OpenedStorage {
  const database = new Database(filename, { timeout: busyTimeoutMs })
  database.pragma('journal_mode = wal')
  database.pragma('synchronous = normal')
  const storage = sqliteStorage({ database })
  const db = new Kysely<Record<never, never>>({ dialect: new SqliteDialect({ database }) })
  const joining = throughTransactions(storage, (work) =>
    db.transaction().execute((transaction) => work(storage.within(transaction))),
  )
  return {
    storage: joining,
    async close() {
      await storage.close()
      await db.destroy()
    },
  }
}

describe('sqlite storage keeps the storage contract within transactions', () => {
  itKeepsStorageContract({ open, create: createSqlite }, crowds)
})
