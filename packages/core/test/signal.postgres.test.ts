import { postgresStorage } from '@indwell/storage-postgres'
import { describeSignals } from './signal'
import { createWorldDatabase } from './world'

describeSignals('Postgres', async () => {
  const database = await createWorldDatabase()
  const storage = postgresStorage({ connectionString: database.url })
  return {
    storage,
    isFilled: true,
    async close() {
      await storage.close()
      await database.drop()
    },
  }
})
