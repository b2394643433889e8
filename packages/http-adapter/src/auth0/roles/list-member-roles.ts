import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { readOrganization } from '../organizations/read-organization'
import type { OffsetQuery } from '../schemas/offset-query'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { heldRolesAnswer } from './held-roles-answer'
import { rolesHeld } from './member-roles'

/** GET /organizations/{id}/members/{user_id}/roles. */
export async function listMemberRoles({
  directory,
  params,
  query,
  settings,
}: Call<OffsetQuery>): Promise<ExchangeResponse> {
  const orgId = params.id!
  const userId = toCoreUserId(params.user_id!)
  await readOrganization(directory, orgId)
  const [, roles] = await Promise.all([
    requireHuman(directory, userId),
    rolesHeld(directory, userId, orgId, settings.now()),
  ])
  return heldRolesAnswer(query, roles)
}
