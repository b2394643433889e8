export type { PostgresClient, PostgresPool, PostgresQuery } from './postgres-pool'
export { type PostgresStorageOptions, postgresStorage } from './postgres-storage'
