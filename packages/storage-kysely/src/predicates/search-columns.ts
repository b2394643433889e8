import type { CarrierKind, MemberUserField, RecordKind, Search } from '@indwell/core'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Column, foldedColumns, recordTables } from '../columns'
import type { Dialect } from '../migrations/sql-types'
import type { TableNames } from '../table-names'
import { type Columns, columnOf, type Searchable, type SearchColumn } from './filter-predicate'

/** Of an entry, what a page of entries does not know already. */
export const entryColumns = {
  key: { name: 'key', type: 'text', nullable: false },
  json: { name: 'json', type: 'text', nullable: true },
  bytes: { name: 'bytes', type: 'text', nullable: true },
  sequence: { name: 'sequence', type: 'sequence', nullable: false },
  createdAt: { name: 'created_at', type: 'integer', nullable: false },
  changedAt: { name: 'changed_at', type: 'integer', nullable: false },
  orgId: { name: 'owner', type: 'text', nullable: false },
} as const satisfies Columns

/** Members of what is found and the columns they come from, in the order in which a page has them. */
export function searchColumns(kind: Search['kind']): Readonly<Record<string, Column>> {
  return kind === 'entry' ? entryColumns : recordTables[kind].columns
}

/** A row that stands beside each one found, if there is one: joined where a filter or a sort names a column of it. */
export interface Beside {
  readonly table: string
  readonly alias: string
  readonly on: RawBuilder<SqlBool>
  /** By the member that a filter or a sort names. */
  readonly columns: Columns
}

/** What a search can speak of: members of what is found, and what is known of it elsewhere. */
export interface SearchedColumns extends Searchable {
  readonly beside: readonly Beside[]
}

export function searchedColumns(
  kind: Search['kind'],
  names: TableNames,
  dialect: Dialect,
  instanceId: string,
): SearchedColumns {
  if (kind === 'entry') return { columns: entryColumns, beside: [], dialect }
  const columns = withFolded(kind)
  if (kind === 'member') {
    const beside = [userOfMember(names)]
    return { columns: Object.assign({}, columns, ...beside.map(({ columns }) => columns)), beside, dialect }
  }
  if (!isCarrier(kind)) return { columns, beside: [], dialect }
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
    ...(kind === 'user' && {
      loginNames: { domainTable: qualified(names.record.orgDomain, names) },
      memberships: { memberTable: qualified(names.record.member, names), instanceId },
    }),
    beside: [],
    dialect,
  }
}

/** Records that carry metadata, by the member that is their subject's and their aggregate's id. */
const carriers: Readonly<Record<CarrierKind, string>> = { user: 'userId', org: 'orgId', client: 'clientId' }

function isCarrier(kind: RecordKind): kind is CarrierKind {
  return Object.hasOwn(carriers, kind)
}

/** A record's columns, and for texts that are kept folded as well, where. */
function withFolded(kind: RecordKind): Columns {
  const columns: Columns = recordTables[kind].columns
  const folded = foldedColumns(kind).map(({ member, ...column }) => [member, { ...columns[member]!, folded: column }])
  return { ...columns, ...Object.fromEntries(folded) }
}

const memberUserFields = {
  'user.type': 'type',
  'user.userName': 'userName',
  'user.displayName': 'displayName',
  'user.firstName': 'firstName',
  'user.lastName': 'lastName',
  'user.email': 'email',
  'user.orgId': 'orgId',
} as const satisfies Readonly<Record<MemberUserField, string>>

function userOfMember(names: TableNames): Beside {
  const users = withFolded('user')
  const alias = 'member_user'
  const besideOf = ({ folded, ...column }: SearchColumn): SearchColumn => ({
    ...column,
    // Not the name alone: shapes of statements are made of names.
    name: `${alias}.${column.name}`,
    // Where there is no such user, there is nothing of it.
    nullable: true,
    expression: sql.ref(`${alias}.${column.name}`),
    ...(folded !== undefined && { folded: besideOf(folded) }),
  })
  return {
    table: qualified(names.record.user, names),
    alias,
    on: sql`member_user.instance_id = found.instance_id and member_user.user_id = found.user_id`,
    columns: Object.fromEntries(
      Object.entries(memberUserFields).map(([field, member]) => [field, besideOf(columnOf(users, member))]),
    ),
  }
}

export function qualified(table: string, { schema }: TableNames): string {
  return schema === undefined ? table : `${schema}.${table}`
}
