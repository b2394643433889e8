import type { DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describePortable } from './portable'

async function open(): Promise<DirectoryStorage> {
  const storage = sqliteStorage({ filename: ':memory:' })
  await storage.migrate()
  return storage
}

describePortable('SQLite', open, open, 8)
