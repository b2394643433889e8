import type { EntryRecord, Page, RecordKind, Search, SearchResult } from '@indwell/core'
import {
  asksForMetadata,
  type KnownIndexes,
  noIndexes,
  planSearch,
  recordTables,
  type SearchPlan,
  type TableNames,
} from '@indwell/storage-kysely'
import type { ReadConnections } from '../connections'
import { recordDecoder } from '../load/decode-record'
import { entryValue } from '../load/entry-value'
import type { RememberedIndexes } from '../metadata-indexes/remembered-indexes'
import type { PostgresRow } from '../postgres-pool'
import { recentShapes, type Statement, statementName } from '../statement-cache'

export type RunSearch = <S extends Search>(
  instanceId: string,
  search: S,
  connections: ReadConnections,
  indexes: RememberedIndexes,
) => Promise<Page<SearchResult<S>>>

interface Compiled {
  readonly page: Statement
  count: Statement | undefined
}

export function searcher(names: TableNames): RunSearch {
  const compiled = recentShapes<Compiled>()

  function compiledOf(plan: SearchPlan, search: Search): Compiled {
    const statements = compiled(plan.shape, () => {
      const text = plan.compilePage()
      // A name would make every connection keep the statement for good, and plan it blind to the filter's values.
      const name = search.filter === undefined ? statementName(text) : undefined
      return { page: { name, text, order: [] }, count: undefined }
    })
    if (search.count) {
      statements.count ??= { name: undefined, text: plan.compileCount(), order: [] }
    }
    return statements
  }

  async function find<S extends Search>(
    plan: SearchPlan,
    search: S,
    connections: ReadConnections,
  ): Promise<Page<SearchResult<S>>> {
    const { page, count } = compiledOf(plan, search)
    const decode = decoderOf(search)
    const [rows, counted] = await Promise.all([
      connections.read(page, plan.pageParameters),
      search.count && count !== undefined ? connections.read(count, plan.countParameters) : undefined,
    ])
    const items = rows.map(decode) as SearchResult<S>[]
    return counted === undefined ? { items } : { items, total: Number(counted[0]![0]) }
  }

  return async <S extends Search>(
    instanceId: string,
    search: S,
    connections: ReadConnections,
    indexes: RememberedIndexes,
  ) => {
    const planOf = (known: KnownIndexes) => planSearch(instanceId, search, names, 'postgres', known)
    if (!asksForMetadata(search)) return find(planOf(noIndexes), search, connections)
    let known = indexes.of(instanceId) ?? (await indexes.read(instanceId))
    for (;;) {
      const plan = planOf(known)
      if (!plan.byMetadata) {
        // The next search may go by an index that others declared.
        const [page] = await Promise.all([find(plan, search, connections), indexes.read(instanceId)])
        return page
      }
      const page = await find(plan, search, connections)
      // No version comes back, so one that is there afterwards was there all along.
      const now = await indexes.read(instanceId)
      if (now.version === known.version) return page
      known = now
    }
  }
}

function decoderOf(search: Search): (row: PostgresRow) => unknown {
  if (search.kind !== 'entry') {
    const decode = decoders[search.kind]
    return (row) => decode(row, 0)
  }
  const { subject, namespace } = search
  return ([key, json, bytes, sequence, createdAt, changedAt, orgId]): EntryRecord => ({
    ...subject,
    namespace,
    key: key!,
    value: entryValue(json!, bytes!),
    sequence: sequence!,
    createdAt: Number(createdAt),
    changedAt: Number(changedAt),
    orgId: orgId!,
  })
}

const decoders = Object.fromEntries(
  (Object.keys(recordTables) as RecordKind[]).map((kind) => [kind, recordDecoder(kind)]),
) as Record<RecordKind, ReturnType<typeof recordDecoder>>
