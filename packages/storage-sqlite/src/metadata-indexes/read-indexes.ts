import { compile, type IndexRow, type KnownIndexes, knownIndexes, noIndexes, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

export interface IndexReader {
  /** The indexes of an instance as they are, inside a transaction. */
  read(instanceId: string): KnownIndexes
  /** The same where their version was read in the transaction already. */
  readAt(instanceId: string, version: string | null): KnownIndexes
}

/**
 * Reads indexes anew only where their version is another than that of what is remembered. Other processes declare and take
 * away indexes as well.
 */
export function readIndexes({ names, builder, statements }: Connection): IndexReader {
  const versions = builder
    .selectFrom(names.metadataIndexVersion)
    .select('version')
    .where('instance_id', '=', param('instanceId'))
  const all = builder
    .selectFrom(`${names.metadataIndexVersion} as current`)
    .leftJoin(`${names.metadataIndex} as declared`, 'declared.instance_id', 'current.instance_id')
    .select([
      'current.version',
      'declared.number',
      'declared.subject_type',
      'declared.namespace',
      'declared.path',
      'declared.ready',
    ])
    .where('current.instance_id', '=', param('instanceId'))
    .orderBy(sql`declared.number`)
  const selectVersion = statements.keep('rows', () => compile(versions, ['instanceId']))
  const selectAll = statements.keep('rows', () => compile(all, ['instanceId']))
  const remembered = new Map<string, KnownIndexes>()

  const readAt = (instanceId: string, version: string | null) => {
    if (version === null) return noIndexes
    const before = remembered.get(instanceId)
    if (before?.version === version) return before
    const known = knownIndexes(selectAll().all(instanceId) as readonly IndexRow[])
    remembered.set(instanceId, known)
    return known
  }
  return {
    readAt,
    read(instanceId) {
      const row = selectVersion().get(instanceId) as readonly [string] | undefined
      return readAt(instanceId, row === undefined ? null : row[0])
    },
  }
}
