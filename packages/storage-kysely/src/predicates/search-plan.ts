import type { AnyFilter, CarrierKind, Search } from '@indwell/core'
import { type OrderByItemBuilder, type RawBuilder, sql } from 'kysely'
import { type Column, recordTables } from '../columns'
import { queryBuilder } from '../compile'
import type { Dialect } from '../migrations/sql-types'
import type { TableNames } from '../table-names'
import { type Columns, columnOf, filterPredicate, type Searchable, type SearchColumn } from './filter-predicate'
import { always } from './predicate'

/** A search taken apart into the statements that answer it and the values they take. */
export interface SearchPlan {
  /** Searches of one shape have the same SQL: the key under which compiled statements are kept. */
  readonly shape: string
  readonly pageParameters: readonly unknown[]
  readonly countParameters: readonly unknown[]
  /** Columns in the order of {@link searchColumns}. */
  compilePage(): string
  /** One column, one row. */
  compileCount(): string
}

/** Of an entry, what a page of entries does not know already. */
const entryColumns = {
  key: { name: 'key', type: 'text', nullable: false },
  json: { name: 'json', type: 'text', nullable: true },
  bytes: { name: 'bytes', type: 'text', nullable: true },
  sequence: { name: 'sequence', type: 'sequence', nullable: false },
  createdAt: { name: 'created_at', type: 'integer', nullable: false },
  changedAt: { name: 'changed_at', type: 'integer', nullable: false },
  orgId: { name: 'owner', type: 'text', nullable: false },
} as const satisfies Columns

/** Members of what is found and the columns they come from, in the order in which a page has them. */
export function searchColumns(kind: Search['kind']): Columns {
  return kind === 'entry' ? entryColumns : recordTables[kind].columns
}

/** A column as an adapter reads it: SQLite's driver would make a float of a sequence. */
export function selectColumn(column: Column, dialect: Dialect): RawBuilder<unknown> {
  const reference = sql.ref(column.name)
  return column.type === 'sequence' && dialect === 'sqlite' ? sql`cast(${reference} as text)` : sql`${reference}`
}

/** @throws TypeError when the search names a member that the record does not have. */
export function planSearch(instanceId: string, search: Search, names: TableNames, dialect: Dialect): SearchPlan {
  const searchable = searchableOf(search.kind, names, dialect)
  const { table, scope, order } =
    search.kind === 'entry'
      ? {
          table: names.entry,
          scope: [
            ['instance_id', instanceId],
            ['subject_type', search.subject.subjectType],
            ['subject_id', search.subject.subjectId],
            ['namespace', search.namespace],
          ] as const,
          order: [entryColumns.createdAt, entryColumns.key].map(
            (column): Order => ({ column, descending: search.descending === true }),
          ),
        }
      : {
          table: names.record[search.kind],
          scope: [['instance_id', instanceId]] as const,
          order: recordOrder(search, searchable.columns),
        }
  const filter = search.filter as AnyFilter | undefined
  const condition = filter === undefined ? always : filterPredicate(filter, searchable)

  const matching = () => {
    let query = queryBuilder(dialect).selectFrom(`${qualified(table, names)} as found`)
    for (const [column, value] of scope) query = query.where(column, '=', value)
    return condition === always ? query : query.where(condition.build())
  }
  const scopeValues = scope.map(([, value]) => value)
  const countParameters = [...scopeValues, ...condition.parameters]
  const orderShape = order.map(({ column, descending }) => `${column.name}${descending ? '-' : '+'}`).join()
  return {
    shape: `${search.kind}|${condition.shape}|${orderShape}`,
    pageParameters: [...countParameters, search.limit, search.offset],
    countParameters,
    compilePage: () => {
      let query = matching().select(
        Object.values(searchColumns(search.kind)).map((column) => selectColumn(column, dialect).as(column.name)),
      )
      for (const { column, descending } of order) {
        // Not the bare name: that is the selected text of a sequence, which sorts 10 before 9.
        query = query.orderBy(column.expression ?? sql.ref(`found.${column.name}`), direction(column, descending))
      }
      return query.limit(search.limit).offset(search.offset).compile().sql
    },
    compileCount: () => matching().select(sql`count(*)`.as('total')).compile().sql,
  }
}

/** Records that carry metadata, by the member that is their subject's and their aggregate's id. */
const carriers: Readonly<Record<CarrierKind, string>> = { user: 'userId', org: 'orgId', client: 'clientId' }

function isCarrier(kind: Search['kind']): kind is CarrierKind {
  return Object.hasOwn(carriers, kind)
}

function searchableOf(kind: Search['kind'], names: TableNames, dialect: Dialect): Searchable {
  const columns = searchColumns(kind)
  if (!isCarrier(kind)) return { columns, dialect }
  const subjectId = sql.ref<string>(`found.${columnOf(columns, carriers[kind]).name}`)
  const updatedAt: SearchColumn = {
    name: 'updated_at',
    type: 'integer',
    nullable: false,
    expression: sql`(select aggregate.changed_at from ${sql.table(qualified(names.aggregate, names))} as aggregate where aggregate.instance_id = found.instance_id and aggregate.type = ${sql.lit(kind)} and aggregate.id = ${subjectId})`,
  }
  return {
    columns: { ...columns, updatedAt },
    carrier: { kind, subjectId, entryTable: qualified(names.entry, names) },
    loginNames: kind === 'user' ? { domainTable: qualified(names.record.orgDomain, names) } : undefined,
    dialect,
  }
}

function qualified(table: string, { schema }: TableNames): string {
  return schema === undefined ? table : `${schema}.${table}`
}

interface Order {
  readonly column: SearchColumn
  readonly descending: boolean
}

function recordOrder(search: Exclude<Search, { kind: 'entry' }>, columns: Columns): readonly Order[] {
  const key: readonly string[] = recordTables[search.kind].key
  return [
    ...(search.sort ?? []).map(({ field, descending }) => ({ column: columnOf(columns, field), descending })),
    ...key.map((member) => ({ column: columnOf(columns, member), descending: false })),
  ]
}

/** `null` is the smallest value, as SQLite has it. */
function direction({ nullable }: SearchColumn, descending: boolean) {
  return (item: OrderByItemBuilder) => {
    const directed = descending ? item.desc() : item.asc()
    if (!nullable) return directed
    return descending ? directed.nullsLast() : directed.nullsFirst()
  }
}
