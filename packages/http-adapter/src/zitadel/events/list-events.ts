import {
  type ActingDirectory,
  aggregateTypes,
  type Directory,
  directoryEventTypes,
  type EventsQuery,
  maxPageSize,
} from '@indwell/core'
import type { Admin, Request } from '../binding'
import { actorIdOf, editorsOf } from '../editors'
import { eventMessage } from './event-message'

/** The log of the instance, whatever org the call works in. `sequence` is a lower bound either way. */
export const listEvents: Admin<'ListEvents'> = {
  async handle({ caller, callerId, directory, request }) {
    await caller.requirePermission('events.read')
    const reader = await widestReader(caller, callerId, directory)
    const events = await reader.events({
      ...subjects(request),
      ...(request.editorUserId !== '' && { actorId: actorIdOf(request.editorUserId) }),
      ...(request.resourceOwner !== '' && { orgId: ownerOf(request.resourceOwner, directory) }),
      ...span(request),
      afterSequence: String(request.sequence),
      descending: !request.asc,
      limit: Math.min(request.limit || maxPageSize, maxPageSize),
    })
    const editors = await editorsOf(events, directory, callerId)
    return { events: events.map((event) => eventMessage(event, editors.get(event.actor.id), directory.instanceId)) }
  },
}

/** Who may read the log by a role of the host in one org sees what that org owns. */
async function widestReader(caller: ActingDirectory, callerId: string, directory: Directory): Promise<ActingDirectory> {
  const across = directory.as({ userId: callerId, across: 'instance' })
  return (await across.checkPermission('events.read')).allowed ? across : caller
}

/** Types that nothing here has match nothing. */
function subjects({
  aggregateId,
  aggregateTypes: types,
  eventTypes,
}: Request<'admin.v1.ListEventsRequest'>): EventsQuery {
  return {
    ...(aggregateId !== '' && { subjectId: aggregateId }),
    ...(types.length > 0 && { subjectTypes: aggregateTypes.filter((type) => types.includes(type)) }),
    ...(eventTypes.length > 0 && { types: directoryEventTypes.filter((type) => eventTypes.includes(type)) }),
  }
}

const ownerOf = (resourceOwner: string, { instanceId }: Directory) =>
  resourceOwner === instanceId ? '' : resourceOwner

/** Strictly after and strictly before. Events have whole milliseconds. */
function span({ asc, range, from, creationDate }: Request<'admin.v1.ListEventsRequest'>): EventsQuery {
  const start = from ?? creationDate
  const { since, until } = range ?? (asc ? { since: start, until: undefined } : { since: undefined, until: start })
  return {
    ...(since !== undefined && { since: Math.floor(since) + 1 }),
    ...(until !== undefined && { until: Math.ceil(until) }),
  }
}
