import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { AggregateKey, StoredEvent } from '../storage/records'
import { shownEvent } from './shown-event'

export interface EventsQuery extends Pick<Paging, 'limit'> {
  /** Of one subject, by sequence. Absent: of everything, by position. */
  readonly subject?: AggregateKey
  /** Exclusive. */
  readonly afterSequence?: string
  /** Exclusive: a position an event carried. */
  readonly after?: string
  /** Newest first. Default false. */
  readonly descending?: boolean
}

const readPermission = { user: 'user.read', org: 'org.read', client: 'project.app.read', instance: 'iam.read' } as const

/**
 * Answers what happened to a subject, also to one that is gone; or everything that happened, to who may read that.
 *
 * @throws {@link PermissionDeniedError} without the permission to read the subject, or `events.read` for everything.
 * @throws {@link InvalidInputError} for a sequence or position that is none.
 * @throws {@link LimitExceededError} for more than 1000.
 */
export async function listEvents(core: Core, actor: Actor, query: EventsQuery): Promise<readonly StoredEvent[]> {
  const { subject, limit: wanted, ...rest } = query
  if (rest.afterSequence !== undefined && !/^[0-9]+$/.test(rest.afterSequence)) {
    throw new InvalidInputError('afterSequence', 'must be a sequence')
  }
  const { limit } = paged(wanted === undefined ? {} : { limit: wanted })
  const { orgId } = await requirePermission(
    core,
    actor,
    subject === undefined ? 'events.read' : readPermission[subject.type],
  )
  const owner = subject?.type === 'instance' ? undefined : orgId
  const events = await core.readEvents({
    ...rest,
    limit,
    ...(subject === undefined ? {} : { aggregate: subject }),
    ...(owner === undefined ? {} : { owner }),
  })
  return events.map(shownEvent)
}
