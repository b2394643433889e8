import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { createMigratedDatabase, type PostgresDatabase } from '../../../../test/postgres'
import { migratedSqlite } from '../../../../test/sqlite'
import { forwardingStorage } from '../../../testing/src/database/forwarding-storage'
import { openPostgresDatabase } from '../../../testing/src/database/postgres-database'

export const storageKinds = ['sqlite', 'postgres'] as const

/** One of each worker, in which each storage has an instance. */
let shared: Promise<PostgresDatabase> | undefined

export interface DisposableStorage {
  readonly storage: DirectoryStorage
  dispose(): Promise<void>
}

/** A storage for one instance, whatever its id, that nobody else uses; `dispose` closes and empties it. */
export async function emptyStorage(kind: (typeof storageKinds)[number]): Promise<DisposableStorage> {
  if (kind === 'sqlite') {
    const storage = await migratedSqlite()
    return { storage, dispose: () => storage.close() }
  }
  shared ??= createMigratedDatabase()
  const copy = await openPostgresDatabase((await shared).url)
  const storage = forwardingStorage(copy.storage, () => copy)
  return {
    storage,
    async dispose() {
      await storage.close()
      await copy.close()
    },
  }
}

/** A storage for many instances, in a database of its own. */
export async function storageOfInstances(kind: (typeof storageKinds)[number]): Promise<DisposableStorage> {
  if (kind === 'sqlite') return emptyStorage(kind)
  const database = await createMigratedDatabase()
  const storage = postgresStorage({ connectionString: database.url })
  return { storage, dispose: () => storage.close().then(() => database.drop()) }
}
