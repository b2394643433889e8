import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeTracing } from './tracing'

describeTracing('sqlite', async () => {
  const storage = sqliteStorage({ filename: ':memory:' })
  return { storage, close: () => storage.close() }
})
