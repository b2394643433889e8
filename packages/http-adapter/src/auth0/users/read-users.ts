import type { ActingDirectory, JsonObject } from '@indwell/core'
import type { Call } from '../call'
import { userBody } from '../user-body'
import { userNamespaces, userView } from './user-view'

/** Bodies of the humans among `userIds` (the directory's own ids), in their order, read in one go. */
export async function readUsers(
  { directory, settings }: Pick<Call, 'directory' | 'settings'>,
  userIds: readonly string[],
): Promise<readonly JsonObject[]> {
  const snapshots = await directory.users.findSnapshots(userIds, userNamespaces)
  return snapshots.flatMap((snapshot) =>
    snapshot?.user.type === 'human' ? [userBody(userView(snapshot, settings.defaultConnection))] : [],
  )
}

/** Whether there is a human of that id: machines are no users of this face. */
export async function isHuman(directory: ActingDirectory, userId: string): Promise<boolean> {
  return (await directory.users.find(userId))?.type === 'human'
}
