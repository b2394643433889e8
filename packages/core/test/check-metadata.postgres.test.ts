import { postgresStorage } from '@indwell/storage-postgres'
import { createMigratedDatabase } from '../../../test/postgres'
import { describeCheck } from './check-metadata'

describeCheck('Postgres', async () => {
  const database = await createMigratedDatabase()
  const storage = postgresStorage({ connectionString: database.url })
  return {
    storage,
    async close() {
      await storage.close()
      await database.drop()
    },
  }
})
