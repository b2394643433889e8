import { isDirectoryError } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { tooManyMemberRoles } from '../error-catalogue'
import { emptyAnswer } from '../json-answer'
import { readOrganization } from '../organizations/read-organization'
import type { ChangeRolesBody } from '../schemas/change-roles'
import { grantKnownRoles } from './find-roles'
import { requireHolder } from './require-holder'

/** Roles that one member of an organization may have. */
const maxRoles = 50

/** POST /organizations/{id}/members/{user_id}/roles. Who is no member becomes one by it. */
export async function assignMemberRoles({
  body,
  directory,
  params,
}: Call<unknown, ChangeRolesBody>): Promise<ExchangeResponse> {
  const orgId = params.id!
  const { roles } = body
  await readOrganization(directory, orgId)
  const userId = await requireHolder(directory, params.user_id!, roles)
  const members = directory.orgs.members(orgId)
  try {
    await grantKnownRoles(() => members.grantRoles({ userIds: [userId], roles, maxCreatedRoles: maxRoles }))
  } catch (error) {
    if (isDirectoryError(error) && error.code === 'limit_exceeded') throw tooManyMemberRoles()
    throw error
  }
  return emptyAnswer()
}
