import type { JsonObject, ListedMember } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { checkpointPage, type ListOrder } from '../checkpoint'
import { jsonAnswer } from '../json-answer'
import { checkpointBody, checkpointPaging, offsetBody, offsetPaging } from '../paging'
import { projectFields } from '../project-fields'
import { rolesOfMembers } from '../roles/member-roles'
import type { ListMembersQuery } from '../schemas/list-members'
import { userBody } from '../user-body'
import { userView } from '../users/user-view'
import { requireNotTenant } from './tenant'

/** Machines are no users of this face. */
const humansOnly = { op: 'equals', field: 'user.type', value: 'human' } as const
const byAdmission: ListOrder<'createdAt' | 'userId'> = {
  field: 'createdAt',
  holds: 'times',
  descending: false,
  id: 'userId',
}

/** GET /organizations/{id}/members: in the order in which they became members, by page number or by cursor. */
export async function listMembers(call: Call<ListMembersQuery>): Promise<ExchangeResponse> {
  const { directory, params, query } = call
  const orgId = params.id!
  await requireNotTenant(directory, orgId)
  const members = directory.orgs.members(orgId)

  const checkpoint = checkpointPaging(query)
  if (checkpoint !== undefined) {
    const { items, end } = await checkpointPage(checkpoint, byAdmission, async ({ filter, sort, limit }) => {
      const page = await members.list({ filter: { op: 'and', filters: [humansOnly, filter] }, sort, limit })
      return page.items
    })
    // The last page has a cursor as well, unlike that of organizations; what follows is empty.
    return jsonAnswer(200, checkpointBody('members', await shown(call, items), end))
  }

  const paging = offsetPaging(query)
  const { items, total = 0 } = await members.list({
    filter: humansOnly,
    sort: [byAdmission],
    offset: paging.start,
    limit: paging.limit,
    count: paging.includeTotals,
  })
  return jsonAnswer(200, offsetBody('members', paging, await shown(call, items), total))
}

async function shown(call: Call<ListMembersQuery>, members: readonly ListedMember[]): Promise<readonly JsonObject[]> {
  const { fields, include_fields = true } = call.query
  const showsRoles = include_fields && fields?.split(',').some((name) => name.trim() === 'roles')
  const roles = showsRoles ? await rolesOfMembers(call.directory, members) : []
  return members.map(({ user }, index) => {
    const view = userView(
      { user, updatedAt: user.changedAt, metadata: {}, identities: [] },
      call.settings.defaultConnection,
    )
    const { user_id, email, picture, name } = userBody(view)
    const member = {
      user_id: user_id!,
      ...(email !== undefined && { email }),
      picture: picture!,
      name: name!,
      ...(showsRoles && { roles: (roles[index] ?? []).map(({ roleId, name }) => ({ id: roleId, name })) }),
    }
    return projectFields(member, fields, include_fields)
  })
}
