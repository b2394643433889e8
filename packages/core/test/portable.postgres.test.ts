import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, describe } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { describePortable } from './portable'

describe('on Postgres', () => {
  let database: PostgresDatabase | undefined
  afterAll(() => database?.drop())

  describePortable(
    'Postgres, from SQLite',
    async () => {
      const storage = sqliteStorage({ filename: ':memory:' })
      await storage.migrate()
      return storage
    },
    async () => {
      database = await createMigratedDatabase()
      return postgresStorage({ connectionString: database.url })
    },
    3,
  )
})
