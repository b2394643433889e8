import { StorageUnavailableError } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { type Kysely, sql } from 'kysely'

/**
 * Tables that are whole stay whole, and those in partitions keep their number: to cut them up otherwise is to write all of
 * it anew.
 *
 * @throws StorageUnavailableError `incompatible`
 */
export async function requirePartitions(db: Kysely<unknown>, names: TableNames): Promise<void> {
  if (names.partitions === undefined) return
  const table = [names.schema, names.event].flatMap((name) => (name === undefined ? [] : `"${name}"`)).join('.')
  const { rows } = await sql<{ partitions: number }>`
    select count(*)::int4 as partitions from pg_inherits where inhparent = to_regclass(${table})`.execute(db)
  const found = rows[0]!.partitions
  if (found === names.partitions) return
  const detail = `the tables are ${found === 0 ? 'in no' : `in ${found}`} partitions, not in ${names.partitions}`
  throw new StorageUnavailableError('incompatible', { detail })
}
