import type { JsonObject, ListedMember, MemberQuery } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { checkpointPage, type ListOrder } from '../checkpoint'
import { jsonAnswer } from '../json-answer'
import { checkpointBody, checkpointPaging, offsetPaging } from '../paging'
import type { ListRoleUsersQuery } from '../schemas/list-role-users'
import { readUsers } from '../users/read-users'

type MemberFilter = NonNullable<MemberQuery['filter']>

const byAdmission: ListOrder<'createdAt' | 'userId'> = {
  field: 'createdAt',
  holds: 'times',
  descending: false,
  id: 'userId',
}

/**
 * GET /roles/{id}/users: who holds the role in the whole tenant, by page number or by cursor. Sorted by when users first
 * got a role there.
 */
export async function listRoleUsers(call: Call<ListRoleUsersQuery>): Promise<ExchangeResponse> {
  const { directory, params, query, settings } = call
  const { roleId } = await directory.roles.get(params.id!)
  const holders = humansHolding(roleId, settings.now())

  const checkpoint = checkpointPaging(query)
  if (checkpoint !== undefined) {
    const { items, end, hasMore } = await checkpointPage(checkpoint, byAdmission, async ({ filter, sort, limit }) => {
      const page = await directory.members.list({ filter: { op: 'and', filters: [...holders, filter] }, sort, limit })
      return page.items
    })
    return jsonAnswer(200, checkpointBody('users', await shown(call, items), hasMore ? end : undefined))
  }

  const { start, limit, includeTotals } = offsetPaging(query)
  const { items, total = 0 } = await directory.members.list({
    filter: { op: 'and', filters: holders },
    sort: [byAdmission],
    offset: start,
    limit,
    count: includeTotals,
  })
  const users = await shown(call, items)
  return jsonAnswer(200, includeTotals ? { users, start, limit, total } : users)
}

/** A membership that is over keeps its roles, but nobody has them by it. */
const humansHolding = (roleId: string, now: number): readonly MemberFilter[] => [
  { op: 'holds', field: 'roles', value: roleId },
  { op: 'equals', field: 'user.type', value: 'human' },
  {
    op: 'or',
    filters: [
      { op: 'equals', field: 'expiresAt', value: null },
      { op: 'range', field: 'expiresAt', from: now, fromInclusive: false, toInclusive: false },
    ],
  },
]

async function shown(call: Call<ListRoleUsersQuery>, members: readonly ListedMember[]): Promise<readonly JsonObject[]> {
  const users = await readUsers(
    call,
    members.map(({ userId }) => userId),
  )
  return users.map((user) => pick(user, ['user_id', 'email', 'picture', 'name']))
}

function pick(user: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]]])))
}
