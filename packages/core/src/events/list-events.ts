import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { definedMembers, parseInput, time } from '../input'
import { readableEvent } from '../metadata-definition/readable-event'
import { type Paging, paged } from '../paging'
import { allOf } from '../permissions/all-of'
import { requirePermission } from '../permissions/check-permission'
import { scopeOf } from '../permissions/permission-scope'
import type { AggregateKey, AggregateType, StoredEvent } from '../storage/records'
import type { EventQuery } from '../storage/search'
import type { DirectoryEventType } from './directory-event'

/** Which events to answer: those that meet every member given. Of a list, any value will do; of an empty one, none. */
export interface EventsQuery extends Pick<Paging, 'limit' | 'signal'> {
  /** Of one subject, by sequence. Absent: of everything, by position. */
  readonly subject?: AggregateKey
  readonly subjectTypes?: readonly AggregateType[]
  /** Of subjects with this id, whatever their type. */
  readonly subjectId?: string
  readonly types?: readonly DirectoryEventType[]
  /** By whom, or on whose behalf; empty: by the system for nobody. */
  readonly actorId?: string
  /** Of what this org owns, and of the org itself; empty: of the instance itself. */
  readonly orgId?: string
  /**
   * Inclusive, in milliseconds since the epoch: with `until` exclusive, spans that follow each other have every event
   * exactly once.
   */
  readonly since?: number
  /** Exclusive. */
  readonly until?: number
  /** Exclusive, in either direction. Sequences count each subject's events by themselves. */
  readonly afterSequence?: string
  /** Exclusive, in either direction. */
  readonly beforeSequence?: string
  /** Only the event at this position; none where it is no event's. */
  readonly at?: string
  /** Exclusive: a position an event carried. What follows it in the direction asked for. */
  readonly after?: string
  /** Newest first. Default false. */
  readonly descending?: boolean
}

const readPermission = {
  user: 'user.read',
  org: 'org.read',
  client: 'project.app.read',
  role: 'iam.policy.read',
  instance: 'iam.read',
} as const

const anyOf = v.optional(v.array(v.string('must be a list of texts'), 'must be a list of texts'))
const oneText = v.optional(v.string('must be text'))
const sequence = v.optional(v.pipe(v.string('must be a sequence'), v.regex(/^[0-9]+$/, 'must be a sequence')))
const conditions = v.object({
  subjectTypes: anyOf,
  subjectId: oneText,
  types: anyOf,
  actorId: oneText,
  orgId: oneText,
  since: v.optional(time),
  until: v.optional(time),
  afterSequence: sequence,
  beforeSequence: sequence,
  at: oneText,
})

/**
 * Answers what happened to a subject, also to one that is gone; or everything that happened, to who may read that. Who
 * works in one org sees what that org owns.
 *
 * @throws {@link PermissionDeniedError} without the permission to read the subject, or `events.read` where none is named.
 * @throws {@link InvalidInputError} for a sequence, position or time that is none.
 * @throws {@link LimitExceededError} for more than 1000.
 */
export async function listEvents(core: Core, actor: Actor, query: EventsQuery): Promise<readonly StoredEvent[]> {
  const { subject, after, descending } = query
  const { subjectTypes, subjectId, orgId, ...rest } = parseInput(conditions, query)
  const { limit } = paged(query.limit === undefined ? {} : { limit: query.limit })
  const visible = await visibleEvents(core, actor, subject)
  if (visible === 'none') return []
  const { owner: reach } = visible
  if (reach !== undefined && orgId !== undefined && orgId !== reach) return []
  const events = await core.readEvents({
    ...definedMembers({ ...rest, after, descending, owner: orgId ?? reach }),
    ...aggregatesOf(subject, subjectTypes as EventsQuery['subjectTypes'], subjectId),
    limit,
  })
  const { metadataRules } = core
  return metadataRules === undefined ? events : events.map((event) => readableEvent(metadataRules, actor, event))
}

/** One type and one id name one aggregate, whose events the database finds in their order. */
function aggregatesOf(
  aggregate: AggregateKey | undefined,
  aggregateTypes: readonly AggregateType[] | undefined,
  aggregateId: string | undefined,
): Pick<EventQuery, 'aggregate' | 'aggregateTypes' | 'aggregateId'> {
  if (aggregate === undefined && aggregateId !== undefined && aggregateTypes?.length === 1) {
    return { aggregate: { type: aggregateTypes[0]!, id: aggregateId } }
  }
  return definedMembers({ aggregate, aggregateTypes, aggregateId })
}

/** The org whose events may be answered; absent: of all. What lives elsewhere may be gone: its numbers say whose it was. */
export async function visibleEvents(
  core: Core,
  actor: Actor,
  subject: AggregateKey | undefined,
): Promise<{ readonly owner: string | undefined } | 'none'> {
  if (subject === undefined) return { owner: (await requirePermission(core, actor, 'events.read')).orgId }
  const permission = readPermission[subject.type]
  if (subject.type === 'instance' || subject.type === 'role') {
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
