import { type Caller, type Directory, InvalidInputError, isStorable, type MemberLevel } from '@indwell/core'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Dialect } from '../migrations/sql-types'
import { type TableNames, type TableNaming, tableNames } from '../table-names'

/** What rows are of that a caller may see. */
export type VisibleKind = 'user' | 'org' | 'client' | 'member'

export interface VisibleTo extends TableNaming {
  readonly directory: Pick<Directory, 'instanceId' | 'roles' | 'now'>
  /** As `directory.as` takes it. */
  readonly caller: Caller
  readonly dialect: Dialect
  /** What the table of the kind is called in the query. Default: its name. */
  readonly as?: string
}

const kinds: readonly VisibleKind[] = ['user', 'org', 'client', 'member']
/** As the lists of core ask. */
const permissions = {
  user: 'user.read',
  client: 'project.app.read',
  org: 'org.read',
  orgs: 'iam.read',
  member: 'org.member.read',
  membersOfInstance: 'iam.member.read',
} as const

/**
 * A condition on the rows of a table of the directory: that they are what the caller's `list()` shows, decided by the
 * database when the query runs. It joins with any other condition of a query of the host's own, on the same database.
 *
 * Of members it holds for those that some `members.list()` shows. Where `list()` refuses the caller it holds for nothing.
 * Memberships that end count until the time at which this was called, so call it for each query.
 *
 * @throws {@link InvalidInputError} for another kind, or a caller that is none.
 * @throws TypeError as `tableNames`.
 */
export function visibleTo(options: VisibleTo, kind: VisibleKind): Expression<SqlBool> {
  const { directory, caller, dialect, prefix, schema, as } = options
  if (!kinds.includes(kind)) throw new InvalidInputError('kind', `must be one of ${kinds.join(', ')}`)
  const names = tableNames({ ...(prefix !== undefined && { prefix }), ...(schema !== undefined && { schema }) })
  const column = (name: string) => (as === undefined ? columnOf(names, kind, name) : sql.ref(`${as}.${name}`))
  const inInstance = sql<SqlBool>`${column('instance_id')} = ${directory.instanceId}`

  const { userId, orgId, across } = caller
  if (typeof userId !== 'string') throw new InvalidInputError('userId', 'must be text')
  if (orgId !== undefined && typeof orgId !== 'string') throw new InvalidInputError('orgId', 'must be text')
  if (across !== undefined && across !== 'instance' && across !== 'orgs') {
    throw new InvalidInputError('across', 'must be instance or orgs')
  }
  // No database holds such text.
  if (![userId, orgId ?? ''].every(isStorable)) return sql<SqlBool>`(1 = 0)`

  const grants = grantsOf({ directory, names, dialect, userId, orgId, across })
  const allOf = (permission: string) => sql<SqlBool>`(${column('instance_id')} = ${grants.instanceWith(permission)})`
  const owned = (permission: string): RawBuilder<SqlBool> => {
    if (across === 'instance') return allOf(permission)
    const isOneOf = across === 'orgs' ? grants.isOrgWith(column('org_id'), permission) : undefined
    return sql<SqlBool>`(${inInstance} and ${isOneOf ?? sql<SqlBool>`${column('org_id')} = ${grants.orgWith(permission)}`})`
  }
  switch (kind) {
    case 'user':
      if (across !== 'orgs') return owned(permissions.user)
      return sql<SqlBool>`(${owned(permissions.user)} or (${inInstance} and ${column('user_id')} = ${grants.self()}))`
    case 'client':
      return owned(permissions.client)
    case 'org':
      return across === 'orgs' ? owned(permissions.org) : allOf(permissions.orgs)
    case 'member': {
      const ofOrgs = sql<SqlBool>`(${column('level')} = 'org' and ${owned(permissions.member)})`
      const ofInstance = sql<SqlBool>`(${column('level')} = 'instance' and ${allOf(permissions.membersOfInstance)})`
      return sql<SqlBool>`(${ofOrgs} or ${ofInstance})`
    }
  }
}

function columnOf({ record, schema }: TableNames, kind: VisibleKind, name: string): RawBuilder<unknown> {
  return sql.ref(`${schema === undefined ? '' : `${schema}.`}${record[kind]}.${name}`)
}

interface Asked {
  readonly directory: VisibleTo['directory']
  readonly names: TableNames
  readonly dialect: Dialect
  readonly userId: string
  readonly orgId: string | undefined
  readonly across: 'instance' | 'orgs' | undefined
}

/**
 * What the caller is granted, as subqueries that depend on no row, so that a query looks its rows up by them: `null` or
 * nothing where it is granted nothing.
 */
function grantsOf({ directory, names, dialect, userId, orgId, across }: Asked) {
  const table = (name: string) => sql.table(names.schema === undefined ? name : `${names.schema}.${name}`)
  const { instanceId } = directory
  // The caller, where it may call at all, and the org the call names.
  const caller = sql`${table(names.record.user)} as vis_caller
    join ${table(names.record.org)} as vis_home on vis_home.instance_id = ${instanceId}
      and vis_home.org_id = vis_caller.org_id and vis_home.state = 'active'
    join ${table(names.record.org)} as vis_context on vis_context.instance_id = ${instanceId}
      and vis_context.org_id = ${orgId === undefined ? sql`vis_caller.org_id` : sql`${orgId}`}`
  const isCaller = sql`vis_caller.instance_id = ${instanceId} and vis_caller.user_id = ${userId}
    and vis_caller.state not in ('inactive', 'locked')`
  const membership = sql`${caller}
    join ${table(names.record.member)} as vis_member on vis_member.instance_id = ${instanceId}
      and vis_member.user_id = vis_caller.user_id
      and (vis_member.expires_at is null or vis_member.expires_at > ${directory.now()})`

  const holds = (permission: string, level: MemberLevel): RawBuilder<SqlBool> => {
    const roles = directory.roles.names.filter((role) => directory.roles.grants(role, permission, level))
    if (roles.length === 0) return sql<SqlBool>`1 = 0`
    return dialect === 'sqlite'
      ? sql<SqlBool>`exists (select 1 from json_each(vis_member.roles) where json_each.value in (${sql.join(roles)}))`
      : sql<SqlBool>`jsonb_exists_any(vis_member.roles::jsonb, array[${sql.join(roles)}]::text[])`
  }
  const inInstance = (permission: string) =>
    sql<SqlBool>`(vis_member.level = 'instance' and vis_member.org_id = '' and ${holds(permission, 'instance')})`
  const inContext = (permission: string) =>
    across === undefined
      ? sql<SqlBool>`(${inInstance(permission)} or (vis_member.level = 'org'
          and vis_member.org_id = vis_context.org_id and ${holds(permission, 'org')}))`
      : inInstance(permission)

  return {
    /** The instance, where the permission is held for all of it. */
    instanceWith: (permission: string) =>
      sql`(select vis_caller.instance_id from ${membership} where ${isCaller} and ${inContext(permission)} limit 1)`,
    /** The org the calls work in. */
    orgWith: (permission: string) =>
      sql`(select vis_context.org_id from ${membership} where ${isCaller} and ${inContext(permission)} limit 1)`,
    isOrgWith(column: RawBuilder<unknown>, permission: string): RawBuilder<SqlBool> {
      const orgs = sql`select vis_member.org_id from ${membership}
          where ${isCaller} and vis_member.level = 'org' and ${holds(permission, 'org')}
        union all
        select vis_all.org_id from ${table(names.record.org)} as vis_all
          where vis_all.instance_id = (select vis_caller.instance_id from ${membership}
            where ${isCaller} and ${inInstance(permission)} limit 1)`
      // An array is what Postgres looks up by an index, also beside another condition.
      return dialect === 'sqlite' ? sql<SqlBool>`${column} in (${orgs})` : sql<SqlBool>`${column} = any(array(${orgs}))`
    },
    /** The caller itself. */
    self: () => sql`(select vis_caller.user_id from ${caller} where ${isCaller} limit 1)`,
  }
}
