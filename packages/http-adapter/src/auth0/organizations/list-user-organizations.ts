import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentUser } from '../error-catalogue'
import type { ListPageQuery } from '../schemas/list-page'
import { toCoreUserId } from '../user-id'
import { isHuman } from '../users/read-users'
import { organizationBody } from './organization-body'
import { organizationPage } from './organization-page'
import { organizationsOnly } from './tenant'

/** GET /users/{id}/organizations: where the user is a member, the oldest organization first. */
export async function listUserOrganizations(call: Call<ListPageQuery>): Promise<ExchangeResponse> {
  const { directory, params, query } = call
  const userId = toCoreUserId(params.id!)
  const [human, memberships, organizations] = await Promise.all([
    isHuman(directory, userId),
    directory.users.memberships(userId),
    organizationsOnly(directory),
  ])
  if (!human) throw inexistentUser()
  const orgIds = memberships.flatMap(({ level, orgId }) => (level === 'org' ? [orgId] : []))
  const within = { op: 'and', filters: [organizations, { op: 'in', field: 'orgId', values: orgIds }] } as const
  return organizationPage(directory, query, within, (found) => organizationBody(found, 'changed'))
}
