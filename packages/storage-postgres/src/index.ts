export type { PostgresClient, PostgresPool, PostgresQuery } from './postgres-pool'
export { type PostgresStorageOptions, postgresStorage, type ReplicaOptions } from './postgres-storage'
