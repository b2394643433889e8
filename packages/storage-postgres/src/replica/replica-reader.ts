import type { ReplicaReader } from '@indwell/core'
import { sql } from 'kysely'
import type { Connections, ReadConnections } from '../connections'
import type { ReadEvents } from '../feed/read-events'
import type { Load } from '../load/load-reads'
import type { RunSearch } from '../search/search-page'
import { compileStatement } from '../statement-cache'
import { formatBookmark, transactionsOf } from './bookmark'

/** Every transaction that was answered has a smaller number. */
const nextTransaction = compileStatement(sql`select pg_snapshot_xmax(pg_current_snapshot())`)

/** @param connectionsFor - Absent: there are no replicas, and everything is read from the primary. */
export function replicaReader(
  primary: Connections,
  connectionsFor: ((atLeast: string) => ReadConnections) | undefined,
  { load, search, readEvents }: { readonly load: Load; readonly search: RunSearch; readonly readEvents: ReadEvents },
): ReplicaReader {
  return {
    async bookmark() {
      const [row] = await primary.read(nextTransaction, {})
      return formatBookmark(row![0]!)
    },
    readReplica(atLeast) {
      // Also without a replica: what is wrong shall not first be found where there is one.
      transactionsOf(atLeast)
      const connections = connectionsFor?.(atLeast) ?? primary
      return {
        load: (instanceId, reads) => load(instanceId, reads, connections),
        search: (instanceId, query) => search(instanceId, query, connections),
        readEvents: (instanceId, query) => readEvents(instanceId, query, connections),
      }
    },
  }
}
