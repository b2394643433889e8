import { postgresStorage } from '@indwell/storage-postgres'
import { type SqliteStorage, sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { createDatabaseCopy, type PostgresDatabase } from '../../../test/postgres'

/** Puts into an empty storage what a test begins with. */
export type Fill = (storage: SqliteStorage | ReturnType<typeof postgresStorage>) => Promise<void>

/** A database in memory that was filled once: each call answers a storage of a copy of its own. */
export function copiesInMemory(fill: Fill): () => Promise<SqliteStorage> {
  let content: Promise<Uint8Array> | undefined
  const make = async () => {
    const database = new Database(':memory:')
    await fill(sqliteStorage({ database }))
    const bytes = database.serialize()
    database.close()
    return bytes
  }
  return async () => {
    content ??= make()
    return sqliteStorage({ content: await content })
  }
}

/** The same on Postgres, where a name tells what it was filled with: of each the worker's server has one. */
export function copiesOnPostgres(
  name: string,
  fill: Fill,
  spread: { readonly partitions?: number } = {},
): () => Promise<PostgresDatabase> {
  return () =>
    createDatabaseCopy(name, async (url) => {
      const storage = postgresStorage({ connectionString: url, max: 2, ...spread })
      await fill(storage)
      await storage.close()
    })
}
