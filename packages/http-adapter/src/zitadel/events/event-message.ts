import type { JsonObject, StoredEvent, User } from '@indwell/core'
import type { Response } from '../binding'
import { editorIdOf } from '../editors'
import { localizedMessage } from '../localized-message'

/** An event with its payload as it is stored: bytes in base64, JSON as it is. The instance owns what no org does. */
export function eventMessage(
  event: StoredEvent,
  editor: User | undefined,
  instanceId: string,
): Response<'event.v1.Event'> {
  const { aggregate, sequence, createdAt, type, owner, actor } = event
  const payload = event.payload as JsonObject
  return {
    editor: { userId: editorIdOf(actor), displayName: editor?.displayName ?? undefined, service: 'zitadel' },
    aggregate: {
      id: aggregate.id,
      type: aggregateTypeMessage(aggregate.type),
      resourceOwner: owner === '' ? instanceId : owner,
    },
    sequence,
    creationDate: createdAt,
    payload: Object.keys(payload).length === 0 ? undefined : payload,
    type: eventTypeMessage(type),
  }
}

export function eventTypeMessage(type: string): Response<'event.v1.EventType'> {
  return { type, localized: localizedMessage(`EventTypes.${type}`) }
}

export function aggregateTypeMessage(type: string): Response<'event.v1.AggregateType'> {
  return { type, localized: localizedMessage(`AggregateTypes.${type}`) }
}
