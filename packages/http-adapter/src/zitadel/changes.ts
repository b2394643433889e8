import {
  type ActingDirectory,
  type AggregateKey,
  type Directory,
  maxPageSize,
  type NamedUser,
  type StoredEvent,
} from '@indwell/core'
import type { Request, Response } from './binding'
import { textOf } from './texts'

/** No sequence is larger, and no database can compare with a larger one. */
const maxSequence = 2n ** 63n - 1n

/** The history of a subject, also of one that is gone. Payloads are not shown. `sequence` is a lower bound either way. */
export async function changesOf(
  { caller, callerId, directory }: { caller: ActingDirectory; callerId: string; directory: Directory },
  subject: AggregateKey,
  query: Request<'change.v1.ChangeQuery'> | undefined,
): Promise<Response<'change.v1.Change'>[]> {
  const { sequence = 0n, limit = 0, asc = false } = query ?? {}
  const after = sequence > maxSequence ? maxSequence : sequence
  const page = await caller.events({
    subject,
    descending: !asc,
    limit: limit || maxPageSize,
    ...(asc && { afterSequence: String(after) }),
  })
  const events = asc ? page : page.filter((event) => BigInt(event.sequence) > after)
  const editors = await editorsOf(events, directory, callerId)
  return events.map((event) => change(event, editors.get(event.actor.id)))
}

/** Editors may belong to any org: their names stand in the history of whom they changed. */
async function editorsOf(
  events: readonly StoredEvent[],
  directory: Directory,
  callerId: string,
): Promise<ReadonlyMap<string, NamedUser>> {
  const ids = [...new Set(events.map(({ actor }) => actor.id))].filter((id) => id !== '')
  const { users } = directory.asSystem('editors of a history', { onBehalfOf: callerId })
  const found = await users.findSnapshots(ids, [])
  return new Map(found.flatMap((snapshot) => (snapshot === undefined ? [] : [[snapshot.user.userId, snapshot.user]])))
}

function change(event: StoredEvent, editor: NamedUser | undefined): Response<'change.v1.Change'> {
  const key = `EventTypes.${event.type}`
  return {
    changeDate: event.createdAt,
    eventType: { key, localizedMessage: textOf(key) },
    sequence: event.sequence,
    editorId: event.actor.id === '' ? 'SYSTEM' : event.actor.id,
    editorDisplayName: editor?.displayName ?? undefined,
    editorPreferredLoginName: editor?.preferredLoginName,
    editorAvatarUrl: editor?.avatarUrl ?? undefined,
    resourceOwnerId: event.owner,
  }
}
