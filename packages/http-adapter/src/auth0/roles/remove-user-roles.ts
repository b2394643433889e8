import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import type { ChangeRolesBody } from '../schemas/change-roles'
import { requireHolder } from './require-holder'

/** DELETE /users/{id}/roles. Those not held are passed over. */
export async function removeUserRoles({
  body,
  directory,
  params,
}: Call<unknown, ChangeRolesBody>): Promise<ExchangeResponse> {
  const { roles } = body
  const userId = await requireHolder(directory, params.id!, roles)
  await directory.members.revokeRoles(userId, roles)
  return emptyAnswer()
}
