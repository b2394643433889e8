import type { Directory, EventActor, NamedUser, StoredEvent } from '@indwell/core'

/** Who caused an event, as it is shown; the system for nobody is nobody's user either. */
const systemId = 'SYSTEM'

export const editorIdOf = ({ id }: EventActor): string => (id === '' ? systemId : id)

/** The id an actor has in the log who is shown under `editorId`. */
export const actorIdOf = (editorId: string): string => (editorId === systemId ? '' : editorId)

/**
 * Users who caused events, by id, where they still exist. They may belong to any org: their names stand in the history of
 * whom they changed.
 */
export async function editorsOf(
  events: readonly StoredEvent[],
  directory: Directory,
  callerId: string,
): Promise<ReadonlyMap<string, NamedUser>> {
  const ids = [...new Set(events.map(({ actor }) => actor.id))].filter((id) => id !== '')
  const { users } = directory.asSystem('editors of a history', { onBehalfOf: callerId })
  const found = await users.findSnapshots(ids, [])
  return new Map(found.flatMap((snapshot) => (snapshot === undefined ? [] : [[snapshot.user.userId, snapshot.user]])))
}
