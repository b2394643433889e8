import type { JsonObject, ListedMember, MemberQuery } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { type ClientCursor, readCursor, writeCursor } from '../clients/client-cursor'
import { jsonAnswer } from '../json-answer'
import { checkpointBody, checkpointPaging, offsetPaging } from '../paging'
import type { ListRoleUsersQuery } from '../schemas/list-role-users'
import { readUsers } from '../users/read-users'

type MemberFilter = NonNullable<MemberQuery['filter']>

/**
 * GET /roles/{id}/users: who holds the role in the whole tenant, by page number or by cursor. Sorted by when users first
 * got a role there.
 */
export async function listRoleUsers(call: Call<ListRoleUsersQuery>): Promise<ExchangeResponse> {
  const { directory, params, query, settings } = call
  const { roleId } = await directory.roles.get(params.id!)
  const holders = (page: MemberQuery, after: readonly MemberFilter[] = []) =>
    directory.members.list({
      ...page,
      filter: { op: 'and', filters: [...humansHolding(roleId, settings.now()), ...after] },
      sort: [{ field: 'createdAt', descending: false }],
    })

  const checkpoint = checkpointPaging(query)
  if (checkpoint !== undefined) {
    const { take, from } = checkpoint
    const after = from === undefined ? [] : [behind(readCursor(from))]
    const { items } = await holders({ limit: take + 1 }, after)
    const page = items.slice(0, take)
    const last = page.at(-1)
    const next = items.length > take && last !== undefined ? cursorOf(last) : undefined
    return jsonAnswer(200, checkpointBody('users', await shown(call, page), next))
  }

  const { start, limit, includeTotals } = offsetPaging(query)
  const { items, total = 0 } = await holders({ offset: start, limit, count: includeTotals })
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

const cursorOf = ({ createdAt, userId }: ListedMember) => writeCursor({ createdAt, clientId: userId })

function behind({ createdAt, clientId: userId }: ClientCursor): MemberFilter {
  const open = { fromInclusive: false, toInclusive: false } as const
  return {
    op: 'or',
    filters: [
      { op: 'range', field: 'createdAt', from: createdAt, ...open },
      {
        op: 'and',
        filters: [
          { op: 'equals', field: 'createdAt', value: createdAt },
          { op: 'range', field: 'userId', from: userId, ...open },
        ],
      },
    ],
  }
}

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
