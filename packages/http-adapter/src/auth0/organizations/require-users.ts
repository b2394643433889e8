import type { ActingDirectory } from '@indwell/core'
import { invalidBody } from '../error-catalogue'
import { isWireUserId, toCoreUserId } from '../user-id'
import { validationSentence } from '../validation-messages'

/**
 * The directory's own ids of users that a body names.
 *
 * @throws {@link Auth0Error} 400 `invalid_body` for an id that is not `provider|id`.
 */
export function coreUserIds(members: readonly string[]): readonly string[] {
  return members.map((wireId, index) => {
    if (!isWireUserId(wireId)) throw refusal(`Object didn't pass validation for format user-id: ${wireId}`, index)
    return toCoreUserId(wireId)
  })
}

/**
 * The same, of users that are there: machines are no users of this face.
 *
 * @throws {@link Auth0Error} 400 `invalid_body` naming the first that is not.
 */
export async function requireUsers(directory: ActingDirectory, members: readonly string[]): Promise<readonly string[]> {
  const userIds = coreUserIds(members)
  const snapshots = await directory.users.findSnapshots(userIds, [])
  const missing = snapshots.findIndex((snapshot) => snapshot?.user.type !== 'human')
  if (missing >= 0) throw refusal(`The user does not exist: ${members[missing]}`, missing)
  return userIds
}

function refusal(text: string, index: number) {
  return invalidBody(validationSentence('payload', text, { path: ['members', String(index)] }))
}
