import { type IndexRow, type KnownIndexes, knownIndexes, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { ReadConnections, Run } from '../connections'
import { compileStatement, type Statement, slot, tableReference } from '../statement-cache'

/** The indexes of instances as they were when last read: whoever relies on them has the database check their version. */
export interface RememberedIndexes {
  of(instanceId: string): KnownIndexes | undefined
  read(instanceId: string): Promise<KnownIndexes>
}

export function rememberedIndexes(connections: ReadConnections, names: TableNames): RememberedIndexes {
  const select = selectIndexes(names)
  const remembered = new Map<string, KnownIndexes>()
  return {
    of: (instanceId) => remembered.get(instanceId),
    async read(instanceId) {
      const rows = await connections.read(select, { instance: instanceId })
      const known = knownIndexes(rows as unknown[] as IndexRow[])
      remembered.set(instanceId, known)
      return known
    },
  }
}

/** Within a transaction that keeps them from changing. */
export function indexesReader(names: TableNames): (run: Run, instanceId: string) => Promise<KnownIndexes> {
  const select = selectIndexes(names)
  return async (run, instanceId) =>
    knownIndexes((await run(select, { instance: instanceId })) as unknown[] as IndexRow[])
}

function selectIndexes(names: TableNames): Statement {
  return compileStatement(sql`
    select current.version, declared.number, declared.subject_type, declared.namespace, declared.path, declared.ready
    from ${tableReference(names, names.metadataIndexVersion)} as current
      left join ${tableReference(names, names.metadataIndex)} as declared on declared.instance_id = current.instance_id
    where current.instance_id = ${slot('instance')}
    order by declared.number`)
}
