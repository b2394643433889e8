import type { AnyFilter, MetadataCondition } from '@indwell/core'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { indexedTable } from '../indexed-table'
import { anyValue } from '../metadata-indexes/indexed-values'
import { isSameIndex, type KnownIndexes, type NumberedIndex } from '../metadata-indexes/known-indexes'
import { type ValueRange, valueRanges } from '../metadata-indexes/value-ranges'
import type { Dialect } from '../migrations/sql-types'
import { askedTest, type Carrier } from './metadata-predicate'
import type { Predicate } from './predicate'
import { canHold, wellFormed } from './text-match'

/** Whose indexes a search may go by, and where their values stand. */
export interface Narrowing {
  readonly known: KnownIndexes
  readonly carrier: Carrier
  readonly instanceId: string
  readonly valueTable: string
  /** The index of that table by value, with the host's prefix. */
  readonly valueIndex: string
  readonly dialect: Dialect
}

/** Values of one index. */
interface Sought {
  readonly index: NumberedIndex
  readonly range: ValueRange
}

/** Subjects with any of some values; the lower the rank, the fewer. */
interface Candidates {
  readonly sought: readonly Sought[]
  readonly rank: number
}

/** A condition on ids, and the indexes that it is asked of. */
export interface NarrowedSearch extends Predicate {
  readonly indexes: readonly NumberedIndex[]
}

/** Parts of one statement at most: databases refuse statements that are too large. */
const maxSought = 200

/**
 * A condition that all matches meet and few others, on their ids alone, for a database to begin with. `undefined`: no
 * index knows.
 *
 * What the filter itself asks has to be asked as well: an index cuts long texts, and one condition of several narrows.
 */
export function narrowByMetadata(filter: AnyFilter, narrowing: Narrowing): NarrowedSearch | undefined {
  const candidates = candidatesOf(filter, narrowing)
  if (candidates === undefined || candidates.sought.length > maxSought) return undefined
  const { sought } = candidates
  const { carrier, instanceId, dialect, valueTable, valueIndex } = narrowing
  // An org is named by its id, whoever owns it.
  const owner = carrier.kind === 'org' ? undefined : ownerOf(filter)
  const parts = sought.map(({ index, range }) => ({
    shape: shapeOf(range),
    parameters: [instanceId, index.number, ...parametersOf(range, dialect), ...(owner === undefined ? [] : [owner])],
    build: () => {
      const table =
        dialect === 'sqlite'
          ? indexedTable(valueTable, 'indexed', valueIndex)
          : sql<unknown>`${sql.table(valueTable)} as indexed`
      const ofOwner = owner === undefined ? sql`` : sql` and indexed.owner = ${owner}`
      return sql`select indexed.subject_id from ${table} where indexed.instance_id = ${instanceId} and indexed.index_number = ${index.number}${condition(range, dialect)}${ofOwner}`
    },
  }))
  return {
    indexes: [...new Set(sought.map(({ index }) => index))],
    shape: `indexed(${owner === undefined ? '' : 'owner,'}${parts.map(({ shape }) => shape).join()})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
    build: () =>
      sql<SqlBool>`${carrier.subjectId} in (${sql.join(
        parts.map(({ build }) => build()),
        sql` union all `,
      )})`,
  }
}

function candidatesOf(filter: AnyFilter, narrowing: Narrowing): Candidates | undefined {
  switch (filter.op) {
    case 'and':
      return filter.filters
        .map((inner) => candidatesOf(inner, narrowing))
        .reduce((best, other) => (best === undefined || (other && other.rank < best.rank) ? other : best), undefined)
    case 'or': {
      const each = filter.filters.map((inner) => candidatesOf(inner, narrowing))
      if (each.length === 0 || !each.every((candidates) => candidates !== undefined)) return undefined
      return { sought: each.flatMap(({ sought }) => sought), rank: Math.max(...each.map(({ rank }) => rank)) }
    }
    case 'metadata':
      return candidatesOfCondition(filter, narrowing)
    default:
      return undefined
  }
}

function candidatesOfCondition(
  { namespace, path, test }: MetadataCondition,
  { known, carrier }: Narrowing,
): Candidates | undefined {
  const place = { subjectType: carrier.kind, namespace, path: path.map(wellFormed) }
  const index = known.indexes.find((index) => index.state === 'ready' && isSameIndex(index, place))
  const asked = index && askedTest(test)
  const ranges = asked && valueRanges(asked)
  if (index === undefined || ranges === undefined || !ranges.flatMap(endsOf).every((end) => canHold(end, 'postgres')))
    return undefined
  const [range] = ranges
  if (range !== undefined && 'all' in range) return { sought: [{ index, range }], rank: 2 }
  if (range !== undefined && 'in' in range) {
    return { sought: [{ index, range: { in: [...range.in, anyValue] } }], rank: 0 }
  }
  return {
    sought: [...ranges, { is: anyValue }].map((range) => ({ index, range })),
    rank: ranges.every((range) => 'is' in range) ? 0 : 1,
  }
}

/** The org that owns everything that matches. */
function ownerOf(filter: AnyFilter): string | undefined {
  if (filter.op === 'equals' && filter.field === 'orgId' && typeof filter.value === 'string') {
    return canHold(filter.value, 'postgres') ? wellFormed(filter.value) : undefined
  }
  if (filter.op !== 'and') return undefined
  for (const inner of filter.filters) {
    const owner = ownerOf(inner)
    if (owner !== undefined) return owner
  }
  return undefined
}

function shapeOf(range: ValueRange): string {
  if ('all' in range) return 'all'
  if ('in' in range) return 'in'
  return 'is' in range ? 'is' : 'range'
}

function endsOf(range: ValueRange): readonly string[] {
  if ('all' in range) return []
  if ('in' in range) return range.in
  return 'is' in range ? [range.is] : [range.from, range.before]
}

/** Of a list one, whatever its length. */
function parametersOf(range: ValueRange, dialect: Dialect): readonly unknown[] {
  if (!('in' in range)) return endsOf(range)
  return [dialect === 'sqlite' ? JSON.stringify(range.in) : range.in]
}

function condition(range: ValueRange, dialect: Dialect): RawBuilder<unknown> | Expression<unknown> {
  if ('all' in range) return sql``
  if ('in' in range) {
    const [list] = parametersOf(range, dialect)
    return dialect === 'sqlite'
      ? sql` and indexed.value in (select value from json_each(${list}))`
      : sql` and indexed.value = any(${list}::text[])`
  }
  if ('is' in range) return sql` and indexed.value = ${range.is}`
  return sql` and indexed.value >= ${range.from} and indexed.value < ${range.before}`
}
