import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { createMigratedDatabase } from '../../../../test/postgres'
import { postgresInstance } from '../../../../test/postgres-instance'
import { migratedSqlite } from '../../../../test/sqlite'

export const storageKinds = ['sqlite', 'postgres'] as const

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
  return postgresInstance()
}

/** A storage for many instances, in a database of its own. */
export async function storageOfInstances(kind: (typeof storageKinds)[number]): Promise<DisposableStorage> {
  if (kind === 'sqlite') return emptyStorage(kind)
  const database = await createMigratedDatabase()
  const storage = postgresStorage({ connectionString: database.url })
  return { storage, dispose: () => storage.close().then(() => database.drop()) }
}
