import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import type { ChangeMembersBody } from '../schemas/change-members'
import { requireUsers } from './require-users'
import { requireNotTenant } from './tenant'

/** POST /organizations/{id}/members: all or none of them. Who is a member already stays one. */
export async function addMembers(call: Call<unknown, ChangeMembersBody>): Promise<ExchangeResponse> {
  const { body, directory, params } = call
  const orgId = params.id!
  await requireNotTenant(directory, orgId)
  // That there is such an organization comes first.
  await directory.orgs.get(orgId)
  const userIds = await requireUsers(directory, body.members)
  await directory.orgs.members(orgId).addAll({ userIds })
  return emptyAnswer()
}
