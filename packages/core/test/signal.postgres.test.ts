import { postgresStorage } from '@indwell/storage-postgres'
import { createPostgresDatabase } from '../../../test/postgres'
import { describeSignals } from './signal'

describeSignals('Postgres', async () => {
  const database = await createPostgresDatabase()
  const storage = postgresStorage({ connectionString: database.url })
  return {
    storage,
    async close() {
      await storage.close()
      await database.drop()
    },
  }
})
