import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeCheck } from './check-metadata'

describeCheck('SQLite', async () => {
  const storage = sqliteStorage({ filename: ':memory:' })
  return { storage, close: () => storage.close() }
})
