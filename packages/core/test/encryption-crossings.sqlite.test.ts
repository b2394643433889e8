import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { describeEncryptionCrossings } from './encryption-crossings'

describeEncryptionCrossings('SQLite', async () => {
  const database = new Database(':memory:')
  return {
    storage: sqliteStorage({ database }),
    async begin() {
      database.exec('begin immediate')
      return {
        handle: database,
        commit: async () => database.exec('commit'),
        rollback: async () => database.exec('rollback'),
      }
    },
    dump: async () => [database.serialize()],
    close: async () => database.close(),
  }
})
