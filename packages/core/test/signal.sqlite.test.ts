import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeSignals } from './signal'

describeSignals('SQLite', async () => {
  const storage = sqliteStorage({ filename: ':memory:' })
  return { storage, close: () => storage.close() }
})
