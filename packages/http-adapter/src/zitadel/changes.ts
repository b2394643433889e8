import {
  type ActingDirectory,
  type AggregateKey,
  type Directory,
  maxPageSize,
  type NamedUser,
  type StoredEvent,
} from '@indwell/core'
import type { Request, Response } from './binding'
import { editorIdOf, editorsOf } from './editors'
import { localizedMessage } from './localized-message'

/** The history of a subject, also of one that is gone. Payloads are not shown. `sequence` is a lower bound either way. */
export async function changesOf(
  { caller, callerId, directory }: { caller: ActingDirectory; callerId: string; directory: Directory },
  subject: AggregateKey,
  query: Request<'change.v1.ChangeQuery'> | undefined,
): Promise<Response<'change.v1.Change'>[]> {
  const { sequence = 0n, limit = 0, asc = false } = query ?? {}
  const events = await caller.events({
    subject,
    afterSequence: String(sequence),
    descending: !asc,
    limit: limit || maxPageSize,
  })
  const editors = await editorsOf(events, directory, callerId)
  return events.map((event) => change(event, editors.get(event.actor.id)))
}

function change(event: StoredEvent, editor: NamedUser | undefined): Response<'change.v1.Change'> {
  return {
    changeDate: event.createdAt,
    eventType: localizedMessage(`EventTypes.${event.type}`),
    sequence: event.sequence,
    editorId: editorIdOf(event.actor),
    editorDisplayName: editor?.displayName ?? undefined,
    editorPreferredLoginName: editor?.preferredLoginName,
    editorAvatarUrl: editor?.avatarUrl ?? undefined,
    resourceOwnerId: event.owner,
  }
}
