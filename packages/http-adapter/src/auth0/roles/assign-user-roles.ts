import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import type { ChangeRolesBody } from '../schemas/change-roles'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { grantKnownRoles, requireRoles } from './find-roles'

/** POST /users/{id}/roles. Those held already are passed over. */
export async function assignUserRoles({
  body,
  directory,
  params,
}: Call<unknown, ChangeRolesBody>): Promise<ExchangeResponse> {
  const userId = toCoreUserId(params.id!)
  const { roles } = body
  await requireHuman(directory, userId)
  await requireRoles(directory, roles)
  await grantKnownRoles(() => directory.members.grantRoles({ userIds: [userId], roles }))
  return emptyAnswer()
}
