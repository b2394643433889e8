import type { ReplicaReader } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections, ReadConnections } from '../connections'
import type { ReadEvents } from '../feed/read-events'
import type { Load } from '../load/load-reads'
import { rememberedIndexes } from '../metadata-indexes/remembered-indexes'
import type { RunSearch } from '../search/search-page'
import { compileStatement, tableReference } from '../statement-cache'
import { formatBookmark, transactionsOf } from './bookmark'

/** Every transaction that was answered has a smaller number, as events number them. */
const nextTransaction = (names: TableNames) =>
  compileStatement(sql`
    select ${tableReference(names, names.eventHorizon)}()::text::numeric
      + pg_snapshot_xmax(pg_current_snapshot())::text::numeric - pg_snapshot_xmin(pg_current_snapshot())::text::numeric`)

/** @param connectionsFor - Absent: there are no replicas, and everything is read from the primary. */
export function replicaReader(
  names: TableNames,
  primary: Connections,
  connectionsFor: ((atLeast: string) => ReadConnections) | undefined,
  { load, search, readEvents }: { readonly load: Load; readonly search: RunSearch; readonly readEvents: ReadEvents },
): ReplicaReader {
  const next = nextTransaction(names)
  return {
    async bookmark() {
      const [row] = await primary.read(next, {})
      return formatBookmark(row![0]!)
    },
    readReplica(atLeast) {
      // Also without a replica: what is wrong shall not first be found where there is one.
      transactionsOf(atLeast)
      const connections = connectionsFor?.(atLeast) ?? primary
      const indexes = rememberedIndexes(connections, names)
      return {
        load: (instanceId, reads) => load(instanceId, reads, connections),
        // What the primary knows of an index says nothing of how far a replica has it.
        search: (instanceId, query) => search(instanceId, query, connections, indexes),
        readEvents: (instanceId, query) => readEvents(instanceId, query, connections),
      }
    },
  }
}
