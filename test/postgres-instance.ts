import type { DirectoryStorage } from '@indwell/core'
import { forwardingStorage } from '../packages/testing/src/database/forwarding-storage'
import { openPostgresDatabase } from '../packages/testing/src/database/postgres-database'
import { createMigratedDatabase, type PostgresDatabase } from './postgres'

/** One of each worker, in which each storage has an instance. */
let shared: Promise<PostgresDatabase> | undefined

/** A storage for one instance, whatever its id, that nobody else uses; `dispose` closes and empties it. */
export async function postgresInstance(): Promise<{ readonly storage: DirectoryStorage; dispose(): Promise<void> }> {
  shared ??= createMigratedDatabase()
  const copy = await openPostgresDatabase((await shared).url)
  const storage = forwardingStorage(copy.storage, () => copy)
  return { storage, dispose: () => storage.close().then(() => copy.close()) }
}
