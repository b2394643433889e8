import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import type { ChangeRolesBody } from '../schemas/change-roles'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { requireRoles } from './find-roles'

/** DELETE /users/{id}/roles. Those not held are passed over. */
export async function removeUserRoles({
  body,
  directory,
  params,
}: Call<unknown, ChangeRolesBody>): Promise<ExchangeResponse> {
  const userId = toCoreUserId(params.id!)
  const { roles } = body
  await requireHuman(directory, userId)
  await requireRoles(directory, roles)
  await directory.members.revokeRoles(userId, roles)
  return emptyAnswer()
}
