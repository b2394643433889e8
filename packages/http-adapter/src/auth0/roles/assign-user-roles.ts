import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import type { ChangeRolesBody } from '../schemas/change-roles'
import { grantKnownRoles } from './find-roles'
import { requireHolder } from './require-holder'

/** POST /users/{id}/roles. Those held already are passed over. */
export async function assignUserRoles({
  body,
  directory,
  params,
}: Call<unknown, ChangeRolesBody>): Promise<ExchangeResponse> {
  const { roles } = body
  const userId = await requireHolder(directory, params.id!, roles)
  await grantKnownRoles(() => directory.members.grantRoles({ userIds: [userId], roles }))
  return emptyAnswer()
}
