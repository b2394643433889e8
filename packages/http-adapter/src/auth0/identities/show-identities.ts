import type { JsonObject } from '@indwell/core'
import type { Call } from '../call'
import { inexistentUser } from '../error-catalogue'
import type { Shown } from '../preconditions'
import { linkedIdentityBody } from './identity-body'

/**
 * All identities of a user, its own first. Here the own one has its profile too, which the user itself does not show.
 *
 * @throws {@link Auth0Error} 404 when there is no human of that id.
 */
export async function showIdentities(
  { directory, settings }: Pick<Call, 'directory' | 'settings'>,
  userId: string,
): Promise<Shown<readonly JsonObject[]>> {
  const [snapshot] = await directory.users.findSnapshots([userId], [])
  if (snapshot?.user.type !== 'human') throw inexistentUser()
  const { user, identities, version } = snapshot
  const body = [user, ...identities].map((identity) =>
    linkedIdentityBody({ ...identity, connection: identity.connection ?? settings.defaultConnection }),
  )
  return { version, body }
}
