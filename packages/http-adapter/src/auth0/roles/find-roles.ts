import { type ActingDirectory, type InvalidInputError, isDirectoryError, type Role } from '@indwell/core'
import { inexistentRole } from '../error-catalogue'

/**
 * Those of `ids` that are roles of this face, in their order: names of built-in and host roles are none.
 */
export async function findRoles(directory: ActingDirectory, ids: readonly string[]): Promise<readonly Role[]> {
  const roles = await Promise.all(ids.map((id) => directory.roles.getOrUndefined(id)))
  return roles.filter((role) => role !== undefined)
}

/** @throws {@link Auth0Error} 404 for one that is no role of this face. */
export async function requireRoles(directory: ActingDirectory, ids: readonly string[]): Promise<void> {
  const named = [...new Set(ids)]
  if ((await findRoles(directory, named)).length < named.length) throw inexistentRole()
}

/**
 * Gives out roles that were there a moment ago.
 *
 * @throws {@link Auth0Error} 404 when one of them is gone by then.
 */
export async function grantKnownRoles<T>(grant: () => Promise<T>): Promise<T> {
  try {
    return await grant()
  } catch (error) {
    if (isDirectoryError(error) && error.code === 'invalid_input' && (error as InvalidInputError).path === 'roles') {
      throw inexistentRole()
    }
    throw error
  }
}
