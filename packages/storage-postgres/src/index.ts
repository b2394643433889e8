export type { MigrationState, VisibleKind } from '@indwell/storage-kysely'
export type { PostgresClient, PostgresPool, PostgresQuery } from './postgres-pool'
export {
  type PostgresMigrations,
  type PostgresStorage,
  type PostgresStorageOptions,
  postgresStorage,
  type ReplicaOptions,
} from './postgres-storage'
export { type VisibleTo, visibleTo } from './visible-to'
