import type { MemberLevel, OrgState, Principal, PrincipalRead, UserState } from '@indwell/core'
import { compile, indexedTable, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

type States = readonly [homeOrgId: string, userState: UserState, homeOrg: OrgState | null, contextOrg: OrgState | null]
type Held = Principal['memberships'][number]

type RowInContext = readonly [
  ...States,
  rolesInInstance: string | null,
  expiryInInstance: number | null,
  contextOrgId: string,
  rolesInOrg: string | null,
  expiryInOrg: number | null,
]
type RowOfAll = readonly [...States, level: MemberLevel | null, orgId: string, roles: string, expiresAt: number | null]

export type PrincipalLoader = (instanceId: string, read: Omit<PrincipalRead, 'read'>) => Principal | undefined

/** Asked before most that users call for: one row, found by keys alone, unless all memberships are asked for. */
export function loadPrincipal({ names, builder, statements }: Connection): PrincipalLoader {
  const { user, org, member } = names.record
  const contextOrgId = sql<string>`coalesce(${param('orgId')}, u.org_id)`
  const query = builder
    .selectFrom(`${user} as u`)
    .leftJoin(`${org} as home`, (join) =>
      join.onRef('home.instance_id', '=', 'u.instance_id').onRef('home.org_id', '=', 'u.org_id'),
    )
    .leftJoin(`${org} as context`, (join) =>
      join.onRef('context.instance_id', '=', 'u.instance_id').on('context.org_id', '=', contextOrgId),
    )
    .select(['u.org_id as home_org_id', 'u.state as user_state'])
    .select(['home.state as home_state', 'context.state as context_state'])
    .where('u.instance_id', '=', param('instanceId'))
    .where('u.user_id', '=', param('userId'))
  const inContext = query
    .leftJoin(`${member} as i`, (join) =>
      join
        .onRef('i.instance_id', '=', 'u.instance_id')
        .on('i.level', '=', sql.lit('instance'))
        .on('i.org_id', '=', sql.lit(''))
        .onRef('i.user_id', '=', 'u.user_id'),
    )
    .leftJoin(`${member} as o`, (join) =>
      join
        .onRef('o.instance_id', '=', 'u.instance_id')
        .on('o.level', '=', sql.lit('org'))
        .on('o.org_id', '=', contextOrgId)
        .onRef('o.user_id', '=', 'u.user_id'),
    )
    .select(['i.roles as instance_roles', 'i.expires_at as instance_expiry', 'o.org_id as context_org_id'])
    .select(['o.roles as org_roles', 'o.expires_at as org_expiry'])
  const ofAll = query
    .leftJoin(indexedTable(member, 'm', `${names.prefix}member_by_user`), (join) =>
      join.onRef('m.instance_id', '=', 'u.instance_id').onRef('m.user_id', '=', 'u.user_id'),
    )
    .select(['m.level', 'm.org_id', 'm.roles', 'm.expires_at'])
    .orderBy('m.level')
    .orderBy('m.org_id')
  const selectInContext = statements.keep('rows', () => compile(inContext, ['orgId', 'orgId', 'instanceId', 'userId']))
  const selectOfAll = statements.keep('rows', () => compile(ofAll, ['orgId', 'instanceId', 'userId']))

  return (instanceId, { userId, orgId = null, memberships }) => {
    if (memberships === 'all') {
      const rows = selectOfAll().all(orgId, instanceId, userId) as readonly RowOfAll[]
      const first = rows[0]
      return first && principalOf(userId, first, first[4] === null ? [] : rows.map(membershipOf))
    }
    const row = selectInContext().get(orgId, orgId, instanceId, userId) as RowInContext | undefined
    return row && principalOf(userId, row, membershipsInContext(row))
  }
}

function principalOf(
  userId: string,
  [orgId, state, homeOrg, contextOrg]: readonly [...States, ...unknown[]],
  memberships: readonly Held[],
): Principal {
  return {
    user: { userId, orgId, state },
    homeOrg: homeOrg ?? undefined,
    contextOrg: contextOrg ?? undefined,
    memberships,
  }
}

function membershipOf(row: RowOfAll): Held {
  return { level: row[4]!, orgId: row[5], roles: JSON.parse(row[6]), expiresAt: row[7] }
}

function membershipsInContext(row: RowInContext): readonly Held[] {
  const held: Held[] = []
  if (row[4] !== null) held.push({ level: 'instance', orgId: '', roles: JSON.parse(row[4]), expiresAt: row[5] })
  if (row[7] !== null) held.push({ level: 'org', orgId: row[6], roles: JSON.parse(row[7]), expiresAt: row[8] })
  return held
}
