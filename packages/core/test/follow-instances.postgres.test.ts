import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll, describe } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { describeFollowingInstances } from './follow-instances'

describe('on Postgres', () => {
  let database: PostgresDatabase | undefined
  afterAll(() => database?.drop())

  describeFollowingInstances(async () => {
    database = await createMigratedDatabase()
    return postgresStorage({ connectionString: database.url })
  })
})
