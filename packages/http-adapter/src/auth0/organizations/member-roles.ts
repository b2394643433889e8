import type { JsonObject } from '@indwell/core'
import type { Call } from '../call'

/** Roles of members of an organization, in the order of `userIds` (the directory's own ids). There are none yet. */
export async function rolesOfMembers(
  _call: Pick<Call, 'directory'>,
  _orgId: string,
  userIds: readonly string[],
): Promise<readonly (readonly JsonObject[])[]> {
  return userIds.map(() => [])
}
