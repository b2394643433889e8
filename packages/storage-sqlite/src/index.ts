export type { MigrationState } from '@indwell/storage-kysely'
export type { SqlitePragmas } from './open-database'
export type { SqliteDatabase, SqliteStatement } from './sqlite-database'
export { type SqliteMigrations, type SqliteStorage, type SqliteStorageOptions, sqliteStorage } from './sqlite-storage'
