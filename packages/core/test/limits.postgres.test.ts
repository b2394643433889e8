import { postgresStorage } from '@indwell/storage-postgres'
import { createMigratedDatabase } from '../../../test/postgres'
import { describeLimits } from './limits'

describeLimits('Postgres', async () => {
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
