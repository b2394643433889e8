import type { RecordKind } from '@indwell/core'
import { recordTables } from './columns'

/** Where the tables stand: behind a prefix, and on Postgres in a schema. */
export interface TableNaming {
  /** Before every table, index and migration table. Default `indwell_`. Letters, digits and `_`. */
  readonly prefix?: string
  /** Postgres only; the connection's search path when absent. */
  readonly schema?: string
}

/** How a database on Postgres is cut up by instances. */
export interface TableSpread {
  /**
   * Tables of a new database are cut into so many by the hash of the instance, 2 to 256. A database that is not cut up
   * like that is refused as `incompatible`. Absent: new ones are not cut up, and others are taken as they are.
   */
  readonly partitions?: number
  /**
   * Every statement restricts by the instance in the form by which planners choose partitions, and clusters nodes.
   * Default: whether `partitions` is given. Where tables are whole, removals are planned better without.
   */
  readonly routed?: boolean
}

export interface TableNames {
  readonly prefix: string
  readonly schema: string | undefined
  readonly partitions: number | undefined
  readonly routed: boolean
  readonly record: { readonly [K in RecordKind]: string }
  readonly aggregate: string
  readonly event: string
  readonly entry: string
  readonly claim: string
  /** The indexes of metadata that are declared. */
  readonly metadataIndex: string
  /** Of each instance, the version of its indexes. */
  readonly metadataIndexVersion: string
  /** What the indexes hold. */
  readonly indexedValue: string
  /** Answers of writes, by their idempotency keys. */
  readonly keptAnswer: string
  /** How far consumers of changes came. */
  readonly consumer: string
  readonly migration: string
  readonly migrationLock: string
  /** Functions on Postgres, by which positions go on where a database moves to another server. */
  readonly eventTransaction: string
  readonly eventHorizon: string
  readonly eventServer: string
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/

const mostPartitions = 256

/**
 * @throws TypeError when the prefix or the schema is no plain identifier of at most 31 characters, or the number of
 *   partitions is none.
 */
export function tableNames(naming: TableNaming & TableSpread): TableNames {
  const prefix = naming.prefix ?? 'indwell_'
  if (prefix !== '' && !identifier.test(prefix)) throw new TypeError('the table prefix is not a plain identifier')
  if (naming.schema !== undefined && !identifier.test(naming.schema)) {
    throw new TypeError('the schema is not a plain identifier')
  }
  const { partitions } = naming
  if (partitions !== undefined && !(Number.isInteger(partitions) && partitions >= 2 && partitions <= mostPartitions)) {
    throw new TypeError(`partitions is no whole number from 2 to ${mostPartitions}`)
  }
  const record = Object.fromEntries(
    Object.values(recordTables).map(({ kind, table }) => [kind, prefix + table]),
  ) as TableNames['record']
  return {
    prefix,
    schema: naming.schema,
    partitions,
    routed: naming.routed ?? partitions !== undefined,
    record,
    aggregate: `${prefix}aggregate`,
    event: `${prefix}event`,
    entry: `${prefix}entry`,
    claim: `${prefix}claim`,
    metadataIndex: `${prefix}metadata_index`,
    metadataIndexVersion: `${prefix}metadata_index_version`,
    indexedValue: `${prefix}indexed_value`,
    keptAnswer: `${prefix}kept_answer`,
    consumer: `${prefix}consumer`,
    migration: `${prefix}migration`,
    migrationLock: `${prefix}migration_lock`,
    eventTransaction: `${prefix}event_transaction`,
    eventHorizon: `${prefix}event_horizon`,
    eventServer: `${prefix}event_server`,
  }
}

/** The tables that hold what instances hold, each of which is spread by the instance. */
export const spreadTables = (names: TableNames): readonly string[] => [
  names.aggregate,
  names.event,
  names.entry,
  names.claim,
  names.metadataIndex,
  names.metadataIndexVersion,
  names.indexedValue,
  names.keptAnswer,
  names.consumer,
  ...Object.values(names.record),
]

/** A table and what it is cut into. */
export function partitionNames(table: string, partitions: number): readonly string[] {
  return Array.from({ length: partitions }, (_, number) => `${table}_p${number}`)
}
