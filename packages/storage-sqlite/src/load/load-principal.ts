import type { MemberLevel, OrgState, Principal, UserState } from '@indwell/core'
import { compile, indexedTable, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

type Row = readonly [
  homeOrgId: string,
  userState: UserState,
  homeOrg: OrgState | null,
  contextOrg: OrgState | null,
  level: MemberLevel | null,
  orgId: string,
  roles: string,
  expiresAt: number | null,
]

/** One row for each membership, or one without when there is none. */
export function loadPrincipal({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, read: { userId: string; orgId?: string }) => Principal | undefined {
  const { user, org, member } = names.record
  const query = builder
    .selectFrom(`${user} as u`)
    .leftJoin(`${org} as home`, (join) =>
      join.onRef('home.instance_id', '=', 'u.instance_id').onRef('home.org_id', '=', 'u.org_id'),
    )
    .leftJoin(`${org} as context`, (join) =>
      join
        .onRef('context.instance_id', '=', 'u.instance_id')
        .on('context.org_id', '=', sql`coalesce(${param('orgId')}, u.org_id)`),
    )
    .leftJoin(indexedTable(member, 'm', `${names.prefix}member_by_user`), (join) =>
      join.onRef('m.instance_id', '=', 'u.instance_id').onRef('m.user_id', '=', 'u.user_id'),
    )
    .select([
      'u.org_id as home_org_id',
      'u.state as user_state',
      'home.state as home_state',
      'context.state as context_state',
    ])
    .select(['m.level', 'm.org_id', 'm.roles', 'm.expires_at'])
    .where('u.instance_id', '=', param('instanceId'))
    .where('u.user_id', '=', param('userId'))
    .orderBy('m.level')
    .orderBy('m.org_id')
  const select = statements.keep('rows', () => compile(query, ['orgId', 'instanceId', 'userId']))
  return (instanceId, { userId, orgId }) => {
    const rows = select().all(orgId ?? null, instanceId, userId) as readonly Row[]
    const first = rows[0]
    if (first === undefined) return undefined
    return {
      user: { userId, orgId: first[0], state: first[1] },
      homeOrg: first[2] ?? undefined,
      contextOrg: first[3] ?? undefined,
      memberships: first[4] === null ? [] : rows.map(membershipOf),
    }
  }
}

function membershipOf(row: Row): Principal['memberships'][number] {
  return { level: row[4]!, orgId: row[5], roles: JSON.parse(row[6]), expiresAt: row[7] }
}
