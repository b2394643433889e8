import type { EntryRecord, Read, ReadResult } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { ReadConnections } from '../connections'
import { statementCache } from '../statement-cache'
import { compareText } from './compare-text'
import { lookupOf, type PartName } from './lookup'
import { type Asked, readParts } from './read-parts'

export type Load = (
  instanceId: string,
  reads: readonly Read[],
  connections: ReadConnections,
) => Promise<readonly ReadResult[]>

/** Reads that are answered by a list. */
const listReads: ReadonlySet<Read['read']> = new Set(['entries', 'memberships', 'loginDomains'])

/** Answers any batch in one statement, whose text depends on nothing but which kinds of reads there are. */
export function loader(names: TableNames): Load {
  const parts = readParts(names)
  const statementOf = statementCache(
    (shape: readonly PartName[]) => shape.join(),
    (shape) => {
      const width = Math.max(...shape.map((name) => parts[name].columns.length))
      const selects = shape.map((name) => {
        const { asked, columns, found } = parts[name]
        const padding = Array.from({ length: width - columns.length }, () => sql`null::text`)
        return sql`(select ${sql.join([sql.lit(name), sql`asked.read`, ...columns, ...padding])}
          from ${asked.source} cross join lateral (${found}) as found)`
      })
      return sql.join(selects, sql` union all `)
    },
  )

  return async (instanceId, reads, connections) => {
    connections.requireOpen()
    if (reads.length === 0) return []
    const asked = new Map<PartName, Asked[]>()
    reads.forEach((read, index) => {
      const { part, keys } = lookupOf(read)
      const list = asked.get(part) ?? []
      for (const key of keys) list.push({ read: index, key })
      asked.set(part, list)
    })
    const values: Record<string, unknown> = { instance: instanceId }
    for (const [name, list] of asked) Object.assign(values, parts[name].asked.values(list))
    const rows = await connections.read(statementOf([...asked.keys()].sort()), values)

    const results: (ReadResult | unknown[])[] = reads.map(({ read }) => (listReads.has(read) ? [] : undefined))
    for (const row of rows) {
      const index = Number(row[1])
      const item = parts[row[0] as PartName].decode(row, 2, reads[index]!)
      const result = results[index]
      if (Array.isArray(result)) result.push(item)
      else results[index] = item as ReadResult
    }
    // The union does not promise to keep the order of its parts, and keys asked for one by one have none.
    reads.forEach(({ read }, index) => {
      if (read === 'entries') (results[index] as EntryRecord[]).sort((a, b) => compareText(a.key, b.key))
    })
    return results as ReadResult[]
  }
}
