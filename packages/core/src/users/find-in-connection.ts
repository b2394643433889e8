import type { Actor } from '../actor'
import type { Core } from '../core'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { readUser } from './load-user'
import { emailClaim, usernameClaim } from './user'

/** What is unique in a connection. */
export type UniqueInConnection = 'email' | 'username'

const claims = { email: emailClaim, username: usernameClaim } as const

/**
 * Answers the ids of the users who hold e-mails or usernames of a connection, whatever their case, in the order of
 * `values`; `undefined` where nobody does whom the call may see. However many they are, the storage is asked once per
 * thousand.
 *
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function findInConnection(
  core: Core,
  actor: Actor,
  connection: string,
  by: UniqueInConnection,
  values: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const permitted = scopeOf(core, actor, 'user.read')
  const reading = values.map((value) => core.read({ read: 'claim', claim: claims[by](connection, value) }))
  const [scope, found] = await allOf(permitted, Promise.all(reading))
  return Promise.all(
    found.map(async (claim) => {
      // What is linked to a user holds its claims and is none.
      const user = claim && (await readUser(core, claim.ownerId))
      return user !== undefined && scope.includes(user.orgId) ? user.userId : undefined
    }),
  )
}
