import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { JsonObject } from '../json'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import { scopeOf } from '../permissions/permission-scope'
import type { AggregateKey, StoredEvent } from '../storage/records'
import { allOf } from '../users/load-user'

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
  const visible = await visibleEvents(core, actor, subject)
  if (visible === 'none') return []
  const { owner } = visible
  const events = await core.readEvents({
    ...rest,
    limit,
    ...(subject === undefined ? {} : { aggregate: subject }),
    ...(owner === undefined ? {} : { owner }),
  })
  return events.map(withoutHash)
}

/** The org whose events may be answered; absent: of all. What lives elsewhere may be gone: its numbers say whose it was. */
async function visibleEvents(
  core: Core,
  actor: Actor,
  subject: AggregateKey | undefined,
): Promise<{ readonly owner: string | undefined } | 'none'> {
  if (subject === undefined) return { owner: (await requirePermission(core, actor, 'events.read')).orgId }
  const permission = readPermission[subject.type]
  if (subject.type === 'instance') {
    await requirePermission(core, actor, permission)
    return { owner: undefined }
  }
  if (actor.type === 'system' || actor.across !== 'orgs')
    return { owner: (await scopeOf(core, actor, permission)).orgId }
  const [scope, aggregate] = await allOf(
    scopeOf(core, actor, permission),
    core.read({ read: 'aggregate', key: subject }),
  )
  return aggregate !== undefined && scope.admits(aggregate.owner) ? { owner: aggregate.owner } : 'none'
}

/** What a token is made of is shown nowhere, not even hashed. */
function withoutHash(event: StoredEvent): StoredEvent {
  if (event.type !== 'user.pat.added') return event
  const { hash: _, ...payload } = event.payload as JsonObject
  return { ...event, payload }
}
