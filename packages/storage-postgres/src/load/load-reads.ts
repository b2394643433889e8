import type { EntryRecord, Read, ReadResult } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import type { ReadConnections } from '../connections'
import type { PostgresRow } from '../postgres-pool'
import { compareText } from './compare-text'
import { fewReads } from './few-reads'
import { lookupOf } from './lookup'
import { manyReads } from './many-reads'
import { readParts } from './read-parts'

export type Load = (
  instanceId: string,
  reads: readonly Read[],
  connections: ReadConnections,
) => Promise<readonly ReadResult[]>

/** Reads that are answered by a list. */
const listReads: ReadonlySet<Read['read']> = new Set(['entries', 'entryPage', 'memberships', 'loginDomains'])

/**
 * Answers any batch in one statement, whose text depends on nothing but which kinds of reads there are, and of few reads
 * on how many of each.
 */
export function loader(names: TableNames): Load {
  const parts = readParts(names)
  const few = fewReads(parts)
  const many = manyReads(parts)

  return async (instanceId, reads, connections) => {
    connections.requireOpen()
    if (reads.length === 0) return []
    const lookups = reads.map(lookupOf)
    const results: (ReadResult | unknown[])[] = reads.map(({ read }) => (listReads.has(read) ? [] : undefined))
    const add = (index: number, row: PostgresRow, first: number) => {
      const item = parts[lookups[index]!.part].decode(row, first, reads[index]!)
      const result = results[index]
      if (Array.isArray(result)) result.push(item)
      else results[index] = item as ReadResult
    }

    if (few.fits(lookups)) {
      const values = { instance: instanceId, ...few.values(lookups) }
      for (const row of await connections.read(few.statementOf(lookups), values)) {
        let first = 0
        for (const [index, { part }] of lookups.entries()) {
          if (row[first] !== null) add(index, row, first)
          first += parts[part].columns.length
        }
      }
      return results as ReadResult[]
    }

    const { statement, values, readOf } = many(lookups)
    for (const row of await connections.read(statement, { ...values, instance: instanceId })) add(readOf(row), row, 1)
    // The union does not promise to keep the order of its parts, and keys asked for one by one have none.
    reads.forEach(({ read }, index) => {
      if (read === 'entryPage') (results[index] as EntryRecord[]).sort(byNamespaceAndKey)
      if (read === 'entries') (results[index] as EntryRecord[]).sort((a, b) => compareText(a.key, b.key))
    })
    return results as ReadResult[]
  }
}

const byNamespaceAndKey = (a: EntryRecord, b: EntryRecord) =>
  compareText(a.namespace, b.namespace) || compareText(a.key, b.key)
