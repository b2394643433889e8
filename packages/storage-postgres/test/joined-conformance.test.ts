import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describe } from 'vitest'
import { createPostgres, crowds, itKeepsStorageContract, type OpenedStorage } from '../../../test/storage-contract'
import { throughTransactions } from '../../../test/through-transactions'
import { postgresStorage } from '../src/index'

/** Their statements go through a driver that makes objects of rows, which those of clients do not. */
function open(url: string): OpenedStorage {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  const storage = postgresStorage({ pool })
  const db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) })
  const joining = throughTransactions(storage, (work) =>
    db
      .transaction()
      .setIsolationLevel('read committed')
      .execute((transaction) => work(storage.within(transaction))),
  )
  return {
    storage: joining,
    async close() {
      await storage.close()
      await db.destroy()
    },
  }
}

/**
 * Of crowds one is enough: that they are kept apart is no matter of transactions. The log is asked by the feed's behaviors,
 * its filters are the same statements as outside; indexes are declared and filled outside of transactions only.
 */
const takesSeconds = new RegExp(
  `${crowds.source}|^event search:|^metadata indexes:|^feed: (?:a reader that resumes|in the feed)|^claims: of 200 that`,
)

describe('postgres storage keeps the storage contract within transactions', () => {
  itKeepsStorageContract({ open, create: createPostgres }, takesSeconds)
})
