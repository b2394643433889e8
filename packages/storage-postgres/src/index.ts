export type { MigrationState, VisibleKind } from '@indwell/storage-kysely'
export type { PostgresClient, PostgresPool, PostgresQuery } from './postgres-pool'
export {
  type PostgresMigrations,
  type PostgresStorage,
  type PostgresStorageOptions,
  postgresStorage,
  type ReplicaOptions,
} from './postgres-storage'
export type { PostgresConnection } from './transaction/own-transactions'
export type { PostgresTransaction } from './transaction/postgres-transaction'
export { type VisibleTo, visibleTo } from './visible-to'
