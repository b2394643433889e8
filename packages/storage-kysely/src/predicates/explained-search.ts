import type { IndexLookup, RecordKind, RecordSearch, SearchExplanation } from '@indwell/core'
import { type Column, foldedColumns, recordTables } from '../columns'
import type { KnownIndexes } from '../metadata-indexes/known-indexes'
import type { SearchPlan } from './search-plan'

/** Rows that a database says it looks up. */
export interface ExplainedLookup {
  /** What the statement calls the table. */
  readonly alias: string
  readonly index: string
  /** As the database writes it, with columns before their operators. */
  readonly condition: string
}

/** What a storage answers of a search whose plan its database explained. */
export function explainedSearch(
  { kind }: RecordSearch,
  { metadataIndexes }: SearchPlan,
  known: KnownIndexes,
  {
    statement,
    plan,
    lookups,
  }: Pick<SearchExplanation, 'statement' | 'plan'> & {
    readonly lookups: readonly ExplainedLookup[]
  },
): SearchExplanation {
  const narrowing = new Set(metadataIndexes.map(({ number }) => number))
  return {
    statement,
    plan,
    lookups: lookups.map((lookup) => indexLookup(kind, lookup)),
    metadataIndexes: known.indexes
      .filter(({ subjectType }) => subjectType === kind)
      .map(({ number, ...index }) => ({ ...index, narrows: narrowing.has(number) })),
  }
}

function indexLookup(kind: RecordKind, { alias, index, condition }: ExplainedLookup): IndexLookup {
  switch (alias) {
    case 'found':
      return { index, of: 'record', fields: fieldsIn(kind, condition) }
    case 'membership':
      return { index, of: 'membership', fields: fieldsIn('member', condition) }
    case 'indexed':
      return { index, of: 'metadata', fields: [] }
    default:
      return { index, of: 'beside', fields: [] }
  }
}

function fieldsIn(kind: RecordKind, condition: string): readonly string[] {
  // What stands in a literal is no column.
  const named = new Set(condition.replace(/'(?:[^']|'')*'/g, '').match(/[a-z_]+/g))
  const columns: readonly (readonly [string, Column])[] = Object.entries(recordTables[kind].columns)
  const members = columns.flatMap(([member, { name }]) => (named.has(name) ? [member] : []))
  const folded = foldedColumns(kind).flatMap(({ member, name }) => (named.has(name) ? [member] : []))
  return [...new Set([...members, ...folded])]
}
