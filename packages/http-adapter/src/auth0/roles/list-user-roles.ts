import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import type { OffsetQuery } from '../schemas/offset-query'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { heldRolesAnswer } from './held-roles-answer'
import { rolesHeld } from './member-roles'

/** GET /users/{id}/roles: what the user holds in the instance. */
export async function listUserRoles({
  directory,
  params,
  query,
  settings,
}: Call<OffsetQuery>): Promise<ExchangeResponse> {
  const userId = toCoreUserId(params.id!)
  const [, roles] = await Promise.all([
    requireHuman(directory, userId),
    rolesHeld(directory, userId, undefined, settings.now()),
  ])
  return heldRolesAnswer(query, roles)
}
