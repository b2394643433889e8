import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll, describe } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { describeUpdateWhere } from './update-where'

describe('on Postgres', () => {
  let database: PostgresDatabase | undefined
  afterAll(() => database?.drop())

  describeUpdateWhere(
    'Postgres',
    async () => {
      database = await createMigratedDatabase()
      return postgresStorage({ connectionString: database.url })
    },
    6,
  )
})
