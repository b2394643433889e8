import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll } from 'vitest'
import { createMigratedDatabase } from '../../../test/postgres'
import { describeFindOfKinds } from './find-kinds'

const databases: { drop(): Promise<void> }[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

describeFindOfKinds('Postgres', async () => {
  const database = await createMigratedDatabase()
  databases.push(database)
  return postgresStorage({ connectionString: database.url })
})
