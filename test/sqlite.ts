import { type SqliteStorage, sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'

let migrated: Promise<Uint8Array> | undefined

/** An empty directory's tables in memory: made once, copied from then on. */
export async function migratedSqlite(): Promise<SqliteStorage> {
  migrated ??= migrate()
  return sqliteStorage({ content: await migrated })
}

async function migrate(): Promise<Uint8Array> {
  const database = new Database(':memory:')
  await sqliteStorage({ database }).migrate()
  const content = database.serialize()
  database.close()
  return content
}
