import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { invalidBody } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import type { AssignUsersBody } from '../schemas/role-bodies'
import { isWireUserId, toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { validationSentence } from '../validation-messages'
import { grantKnownRoles } from './find-roles'

/** POST /roles/{id}/users, which answers 200 with an empty object: all of the users or none. */
export async function assignRoleUsers({
  body,
  directory,
  params,
}: Call<unknown, AssignUsersBody>): Promise<ExchangeResponse> {
  const { roleId } = await directory.roles.get(params.id!)
  const userIds = body.users.map(userIdIn)
  await Promise.all(userIds.map((userId) => requireHuman(directory, userId)))
  await grantKnownRoles(() => directory.members.grantRoles({ userIds, roles: [roleId] }))
  return jsonAnswer(200, {})
}

function userIdIn(wireId: string, index: number): string {
  if (isWireUserId(wireId)) return toCoreUserId(wireId)
  const text = `Object didn't pass validation for format user-id: ${wireId}`
  throw invalidBody(validationSentence('payload', text, { path: ['users', String(index)] }))
}
