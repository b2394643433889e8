import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import type { ChangeMembersBody } from '../schemas/change-members'
import { coreUserIds } from './require-users'
import { requireNotTenant } from './tenant'

/** DELETE /organizations/{id}/members: who is no member is removed without complaint. */
export async function removeMembers(call: Call<unknown, ChangeMembersBody>): Promise<ExchangeResponse> {
  const { body, directory, params } = call
  const orgId = params.id!
  await requireNotTenant(directory, orgId)
  const snapshots = await directory.users.findSnapshots(coreUserIds(body.members), [])
  // Machines are no users of this face: their memberships are none of its business.
  const humans = snapshots.flatMap((found) => (found?.user.type === 'human' ? [found.user.userId] : []))
  await directory.orgs.members(orgId).removeAll(humans)
  return emptyAnswer()
}
