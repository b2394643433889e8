import type { TableNames, Tables } from '@indwell/storage-kysely'
import type { Kysely } from 'kysely'
import type { SqliteDatabase } from './sqlite-database'
import type { StatementCache } from './statement-cache'

/** What every operation on the database receives. */
export interface Connection {
  readonly database: SqliteDatabase
  readonly names: TableNames
  readonly statements: StatementCache
  /** Builds what `statements` keep; runs nothing. */
  readonly builder: Kysely<Tables>
}
