import { postgresStorage } from '@indwell/storage-postgres'
import { afterEach, describe } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { consumerRules } from './consumers'

describe('consumers on Postgres', () => {
  const databases: PostgresDatabase[] = []
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.drop()))
  })

  consumerRules(async () => {
    const database = await createMigratedDatabase()
    databases.push(database)
    return () => postgresStorage({ connectionString: database.url })
  })
})
