import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import type { DatabaseCopy, SavedContent } from './test-database'

let migrated: Promise<SavedContent> | undefined

/** An empty database in memory: tables are made once, and copied from then on. */
export async function openMemoryDatabase(): Promise<DatabaseCopy> {
  migrated ??= migrate()
  return (await migrated).open()
}

async function migrate(): Promise<SavedContent> {
  const copy = copyIn(new Database(':memory:'))
  await copy.storage.migrate()
  const content = await copy.save()
  await copy.close()
  return content
}

function copyIn(database: Database.Database): DatabaseCopy {
  const storage = sqliteStorage({ database })
  return {
    storage,
    instanceOf: (instanceId) => instanceId,
    async save() {
      const bytes = database.serialize()
      return { open: async () => copyIn(new Database(bytes)), drop: async () => {} }
    },
    async close() {
      await storage.close()
      database.close()
    },
  }
}
