export type { SqlitePragmas } from './open-database'
export type { SqliteDatabase, SqliteStatement } from './sqlite-database'
export { type SqliteStorageOptions, sqliteStorage } from './sqlite-storage'
