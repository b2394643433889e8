import type { ActingDirectory } from '@indwell/core'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { requireRoles } from './find-roles'

/**
 * The user who is given roles or loses them, by the directory's own id.
 *
 * @throws {@link Auth0Error} 404 for one who is not there, and for roles that are none of this face.
 */
export async function requireHolder(
  directory: ActingDirectory,
  wireId: string,
  roles: readonly string[],
): Promise<string> {
  const userId = toCoreUserId(wireId)
  await requireHuman(directory, userId)
  await requireRoles(directory, roles)
  return userId
}
