import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll, describe } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { describeErasure } from './erasure'

describe('on Postgres', () => {
  let database: PostgresDatabase | undefined
  afterAll(() => database?.drop())

  describeErasure(async () => {
    database = await createMigratedDatabase()
    return postgresStorage({ connectionString: database.url })
  })
})
