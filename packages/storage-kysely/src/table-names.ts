import type { RecordKind } from '@indwell/core'
import { recordTables } from './columns'

/** Where the tables stand: behind a prefix, and on Postgres in a schema. */
export interface TableNaming {
  /** Before every table, index and migration table. Default `indwell_`. Letters, digits and `_`. */
  readonly prefix?: string
  /** Postgres only; the connection's search path when absent. */
  readonly schema?: string
}

export interface TableNames {
  readonly prefix: string
  readonly schema: string | undefined
  readonly record: { readonly [K in RecordKind]: string }
  readonly aggregate: string
  readonly event: string
  readonly entry: string
  readonly claim: string
  readonly keptAnswer: string
  readonly migration: string
  readonly migrationLock: string
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/

/** @throws TypeError when the prefix or the schema is no plain identifier of at most 31 characters. */
export function tableNames(naming: TableNaming): TableNames {
  const prefix = naming.prefix ?? 'indwell_'
  if (prefix !== '' && !identifier.test(prefix)) throw new TypeError('the table prefix is not a plain identifier')
  if (naming.schema !== undefined && !identifier.test(naming.schema)) {
    throw new TypeError('the schema is not a plain identifier')
  }
  const record = Object.fromEntries(
    Object.values(recordTables).map(({ kind, table }) => [kind, prefix + table]),
  ) as TableNames['record']
  return {
    prefix,
    schema: naming.schema,
    record,
    aggregate: `${prefix}aggregate`,
    event: `${prefix}event`,
    entry: `${prefix}entry`,
    claim: `${prefix}claim`,
    keptAnswer: `${prefix}kept_answer`,
    migration: `${prefix}migration`,
    migrationLock: `${prefix}migration_lock`,
  }
}
