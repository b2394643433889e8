import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll } from 'vitest'
import { createMigratedDatabase } from '../../../test/postgres'
import { describeFind } from './find'

const databases: { drop(): Promise<void> }[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

describeFind(
  'Postgres',
  async () => {
    const database = await createMigratedDatabase()
    databases.push(database)
    return postgresStorage({ connectionString: database.url })
  },
  15,
)
