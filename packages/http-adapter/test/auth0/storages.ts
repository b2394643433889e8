import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { createMigratedDatabase } from '../../../../test/postgres'

export const storageKinds = ['sqlite', 'postgres'] as const

/** An empty storage that nobody else uses; `dispose` closes and drops it. */
export async function emptyStorage(
  kind: (typeof storageKinds)[number],
): Promise<{ readonly storage: DirectoryStorage; dispose(): Promise<void> }> {
  if (kind === 'sqlite') {
    const storage = sqliteStorage({ filename: ':memory:' })
    return { storage, dispose: () => storage.close() }
  }
  const database = await createMigratedDatabase()
  const storage = postgresStorage({ connectionString: database.url })
  return {
    storage,
    async dispose() {
      await storage.close()
      await database.drop()
    },
  }
}
