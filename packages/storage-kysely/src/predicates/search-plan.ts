import type { AnyFilter, Search } from '@indwell/core'
import { type OrderByItemBuilder, type RawBuilder, sql } from 'kysely'
import { type Column, recordTables } from '../columns'
import { queryBuilder } from '../compile'
import { indexedTable } from '../indexed-table'
import { type KnownIndexes, type NumberedIndex, noIndexes } from '../metadata-indexes/known-indexes'
import type { Dialect } from '../migrations/sql-types'
import type { TableNames } from '../table-names'
import { chooseIndex } from './choose-index'
import { columnOf, filterPredicate, referenceOf, type SearchColumn } from './filter-predicate'
import { gatherEquals } from './gather-equals'
import { type NarrowedSearch, narrowByMetadata } from './narrow-by-metadata'
import { always } from './predicate'
import { entryColumns, qualified, type SearchedColumns, searchColumns, searchedColumns } from './search-columns'

/** A search taken apart into the statements that answer it and the values they take. */
export interface SearchPlan {
  /** Searches of one shape have the same SQL: the key under which compiled statements are kept. */
  readonly shape: string
  readonly pageParameters: readonly unknown[]
  readonly countParameters: readonly unknown[]
  /** It goes by an index of metadata, and finds too little where that is ready no longer. */
  readonly byMetadata: boolean
  /** The indexes of metadata that it goes by. */
  readonly metadataIndexes: readonly NumberedIndex[]
  /** Columns in the order of {@link searchColumns}. */
  compilePage(): string
  /** One column, one row. */
  compileCount(): string
}

/** From here on, a page is found by its keys alone, which indexes hold, and its rows are read afterwards. */
const deepOffset = 1000

/** A column as an adapter reads it: SQLite's driver would make a float of a sequence. */
export function selectColumn(column: Column, dialect: Dialect, of?: string): RawBuilder<unknown> {
  const reference = sql.ref(of === undefined ? column.name : `${of}.${column.name}`)
  return column.type === 'sequence' && dialect === 'sqlite' ? sql`cast(${reference} as text)` : sql`${reference}`
}

/** Whether an index of metadata may serve the search. */
export function asksForMetadata({ filter }: Search): boolean {
  return filter !== undefined && hasMetadata(filter as AnyFilter)
}

function hasMetadata(filter: AnyFilter): boolean {
  return filter.op === 'and' || filter.op === 'or' ? filter.filters.some(hasMetadata) : filter.op === 'metadata'
}

/**
 * @param known - Indexes of metadata that the search may go by.
 * @throws TypeError when the search names a member that the record does not have.
 */
export function planSearch(
  instanceId: string,
  search: Search,
  names: TableNames,
  dialect: Dialect,
  known: KnownIndexes = noIndexes,
): SearchPlan {
  const searched = searchedColumns(search.kind, names, dialect, instanceId)
  const filter = search.filter && gatherEquals(search.filter as AnyFilter)
  const condition = filter === undefined ? always : filterPredicate(filter, searched)
  const narrowing = narrowingOf(instanceId, filter, searched, names, known)
  const { table, key, scope } = placeOf(instanceId, search, names)
  const order = orderOf(search, searched)
  const isDeep = key !== undefined && search.offset >= deepOffset

  const filtered = filter === undefined ? [] : fieldsOf(filter)
  const sorted = search.kind === 'entry' ? [] : (search.sort ?? []).map(({ field }) => field)
  const besideOf = (fields: readonly string[]) =>
    searched.beside.filter(({ columns }) => fields.some((field) => Object.hasOwn(columns, field)))

  const indexFor = (sortedBy: readonly Order[]): string | undefined => {
    if (search.kind === 'entry' || dialect !== 'sqlite') return undefined
    const found = narrowing && columnOf(searched.columns, recordTables[search.kind].key[0]!).name
    const sortColumns = sortedBy.map(({ column }) => column.name)
    const index = chooseIndex(search.kind, filter, searched.columns, sortColumns, found)
    if (index !== undefined) return names.prefix + index
    // SQLite's own name for the key, to which it would prefer an index that has the order.
    return found === undefined ? undefined : `sqlite_autoindex_${table}_1`
  }
  const from = (index: string | undefined) => {
    const builder = queryBuilder(dialect)
    if (index === undefined) return builder.selectFrom(`${table} as found`)
    return builder.selectFrom(indexedTable(table, 'found', index))
  }
  const joined = (query: ReturnType<typeof from>, fields: readonly string[]) =>
    besideOf(fields).reduce(
      (all, { table, alias, on }) => all.leftJoin(`${table} as ${alias}`, (join) => join.on(on)),
      query,
    )
  const matching = (fields: readonly string[], sortedBy: readonly Order[]) => {
    let query = joined(from(indexFor(sortedBy)), fields)
    for (const [column, value] of scope) query = query.where(sql.ref(`found.${column}`), '=', value)
    if (narrowing !== undefined) query = query.where(narrowing.build())
    return condition === always ? query : query.where(condition.build())
  }
  const ordered = (query: ReturnType<typeof matching>) =>
    order.reduce(
      (all, { column, descending }) => all.orderBy(referenceOf(column), direction(column, descending)),
      query,
    )
  const page = () => ordered(matching([...filtered, ...sorted], order))
  const selected = Object.values(searchColumns(search.kind)).map((column) =>
    selectColumn(column, dialect, 'found').as(column.name),
  )

  const scopeValues = scope.map(([, value]) => value)
  const countParameters = [...scopeValues, ...(narrowing?.parameters ?? []), ...condition.parameters]
  const orderShape = order.map(({ column, descending }) => `${column.name}${descending ? '-' : '+'}`).join()
  return {
    shape: `${search.kind}|${narrowing?.shape ?? ''}|${condition.shape}|${orderShape}${isDeep ? '|deep' : ''}`,
    pageParameters: [...countParameters, search.limit, search.offset, ...(isDeep ? [instanceId] : [])],
    countParameters,
    byMetadata: narrowing !== undefined,
    metadataIndexes: narrowing?.indexes ?? [],
    compilePage: () => {
      const { limit, offset } = search
      if (!isDeep) return page().select(selected).limit(limit).offset(offset).compile().sql
      const keys = page()
        .select(key.map((column) => sql.ref(`found.${column}`).as(column)))
        .limit(limit)
        .offset(offset)
      const rows = queryBuilder(dialect)
        .selectFrom(keys.as('page'))
        .innerJoin(`${table} as found`, (join) =>
          key.reduce((on, column) => on.onRef(`found.${column}`, '=', `page.${column}`), join),
        )
        // Said again: planners do not see through the limit whose rows these are.
        .where('found.instance_id', '=', instanceId)
      return ordered(joined(rows, sorted)).select(selected).compile().sql
    },
    compileCount: () => matching(filtered, []).select(sql`count(*)`.as('total')).compile().sql,
  }
}

function narrowingOf(
  instanceId: string,
  filter: AnyFilter | undefined,
  { carrier, dialect }: SearchedColumns,
  names: TableNames,
  known: KnownIndexes,
): NarrowedSearch | undefined {
  if (filter === undefined || carrier === undefined || known.indexes.length === 0) return undefined
  return narrowByMetadata(filter, {
    known,
    carrier,
    instanceId,
    valueTable: qualified(names.indexedValue, names),
    valueIndex: `${names.prefix}indexed_value_by_value`,
    dialect,
  })
}

interface PlaceOfSearch {
  readonly table: string
  /** The table's key, where a page may be found by it. */
  readonly key?: readonly string[]
  readonly scope: readonly (readonly [column: string, value: string])[]
}

function placeOf(instanceId: string, search: Search, names: TableNames): PlaceOfSearch {
  if (search.kind === 'entry') {
    return {
      table: qualified(names.entry, names),
      scope: [
        ['instance_id', instanceId],
        ['subject_type', search.subject.subjectType],
        ['subject_id', search.subject.subjectId],
        ['namespace', search.namespace],
      ],
    }
  }
  const { key } = recordTables[search.kind]
  const columns = searchColumns(search.kind)
  return {
    table: qualified(names.record[search.kind], names),
    key: ['instance_id', ...key.map((member) => columns[member]!.name)],
    scope: [['instance_id', instanceId]],
  }
}

interface Order {
  readonly column: SearchColumn
  readonly descending: boolean
}

/** Ties are broken by the key. */
function orderOf(search: Search, { columns }: SearchedColumns): readonly Order[] {
  if (search.kind === 'entry') {
    const descending = search.descending === true
    return [entryColumns.createdAt, entryColumns.key].map((column) => ({ column, descending }))
  }
  const key: readonly string[] = recordTables[search.kind].key
  return [
    ...(search.sort ?? []).map(({ field, descending }) => ({ column: columnOf(columns, field), descending })),
    ...key.map((member) => ({ column: columnOf(columns, member), descending: false })),
  ]
}

/** Members that the filter names. */
function fieldsOf(filter: AnyFilter): readonly string[] {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(fieldsOf)
    case 'not':
      return fieldsOf(filter.filter)
    case 'membership':
    case 'metadata':
      return []
    default:
      return [filter.field]
  }
}

/** `null` is the smallest value, as SQLite has it. */
function direction({ nullable }: SearchColumn, descending: boolean) {
  return (item: OrderByItemBuilder) => {
    const directed = descending ? item.desc() : item.asc()
    if (!nullable) return directed
    return descending ? directed.nullsLast() : directed.nullsFirst()
  }
}
