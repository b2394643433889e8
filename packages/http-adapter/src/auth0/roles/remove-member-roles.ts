import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import { readOrganization } from '../organizations/read-organization'
import type { ChangeRolesBody } from '../schemas/change-roles'
import { requireHolder } from './require-holder'

/** DELETE /organizations/{id}/members/{user_id}/roles. Who has none left stays a member. */
export async function removeMemberRoles({
  body,
  directory,
  params,
}: Call<unknown, ChangeRolesBody>): Promise<ExchangeResponse> {
  const orgId = params.id!
  const { roles } = body
  await readOrganization(directory, orgId)
  const userId = await requireHolder(directory, params.user_id!, roles)
  await directory.orgs.members(orgId).revokeRoles(userId, roles)
  return emptyAnswer()
}
