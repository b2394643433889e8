import type { ActingDirectory, JsonObject } from '@indwell/core'
import type { Call } from '../call'
import { inexistentUser } from '../error-catalogue'
import type { Shown } from '../preconditions'
import { userBody } from '../user-body'
import { userNamespaces, userView } from './user-view'

type Reader = Pick<Call, 'directory' | 'settings'>

/** Bodies of the humans among `userIds` (the directory's own ids), in their order, read in one go. */
export async function readUsers(reader: Reader, userIds: readonly string[]): Promise<readonly JsonObject[]> {
  return (await showUsers(reader, userIds)).map(({ body }) => body)
}

/** One human. @throws {@link Auth0Error} 404 when there is none of that id. */
export async function readUser(reader: Reader, userId: string): Promise<Shown<JsonObject>> {
  const [user] = await showUsers(reader, [userId])
  if (user === undefined) throw inexistentUser()
  return user
}

async function showUsers(
  { directory, settings }: Reader,
  userIds: readonly string[],
): Promise<readonly Shown<JsonObject>[]> {
  const snapshots = await directory.users.findSnapshots(userIds, userNamespaces)
  return snapshots.flatMap((snapshot) =>
    snapshot?.user.type === 'human'
      ? [{ version: snapshot.version, body: userBody(userView(snapshot, settings.defaultConnection)) }]
      : [],
  )
}

/** Whether there is a human of that id: machines are no users of this face. */
export async function isHuman(directory: ActingDirectory, userId: string): Promise<boolean> {
  return (await directory.users.getOrUndefined(userId))?.type === 'human'
}

/** @throws {@link Auth0Error} 404 when there is no human of that id. */
export async function requireHuman(directory: ActingDirectory, userId: string): Promise<void> {
  if (!(await isHuman(directory, userId))) throw inexistentUser()
}
