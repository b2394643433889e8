import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import type { DirectoryEventType } from '../events/directory-event'
import { appendedEvent } from '../events/event'
import { visibleEvents } from '../events/list-events'
import { isWithheld } from '../events/shown-event'
import { parseInput } from '../input'
import type { JsonObject } from '../json'
import { entryName } from '../metadata/metadata'
import { checkKey, checkNamespace } from '../metadata/metadata-input'
import type { MetadataSubject } from '../metadata/metadata-subject'
import { isReadable } from '../metadata-definition/readable-event'
import { type Paging, paged } from '../paging'
import { compareSequences } from '../sequence'
import type { AggregateKey, EventActor, StoredEvent } from '../storage/records'
import { isAnonymised, isErased, isFolded } from './folded-event'
import { entryDifference, frozen, type HistoryDifference, stateDifference } from './subject-difference'
import { subjectLog } from './subject-log'
import { applyToState, emptyState, type SubjectState } from './subject-state'

/** Which part of a history to answer. */
export interface HistoryQuery extends Pick<Paging, 'limit' | 'signal'> {
  /** Only what happened to metadata of this namespace. */
  readonly namespace?: string
  /** Only what happened to this key, of the namespace `app` of users, `org` of orgs and `client` of clients unless named. */
  readonly key?: string
  /** Exclusive: the sequence of an event. What follows it in the direction asked for. */
  readonly after?: string
  /** Newest first. Default false. */
  readonly descending?: boolean
}

/** One event of a subject as what it changed. */
export interface HistoryChange {
  readonly sequence: string
  readonly type: DirectoryEventType
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Who did it, and the reason that was given. */
  readonly actor: EventActor
  /** Empty where an event says that something happened which is no part of the subject: that a code was sent. */
  readonly differences: readonly HistoryDifference[]
  /** In place of events that were purged: how many, and when the first of them happened. The differences of all are gone. */
  readonly purged?: { readonly events: number; readonly since: number }
}

const defaultNamespaces = { user: 'app', org: 'org', client: 'client' } as const
const conditions = v.object({
  namespace: v.optional(v.string('must be text')),
  key: v.optional(v.string('must be text')),
  after: v.optional(v.pipe(v.string('must be a sequence'), v.regex(/^[0-9]+$/, 'must be a sequence'))),
  descending: v.optional(v.boolean('must be true or false'), false),
})

/**
 * What happened to a user, org or client, event by event, with what each changed; also of one that is gone. The log of the
 * subject is read from its beginning, whatever the page.
 *
 * @throws {@link PermissionDeniedError} without the permission to read the subject.
 * @throws {@link InvalidInputError} for a key, namespace or sequence that is none.
 * @throws {@link LimitExceededError} for more than 1000.
 */
export async function readHistory(
  core: Core,
  actor: Actor,
  subject: MetadataSubject,
  query: HistoryQuery = {},
): Promise<readonly HistoryChange[]> {
  const { key, after, descending, ...given } = parseInput(conditions, query)
  const { limit } = paged(query.limit === undefined ? {} : { limit: query.limit })
  const namespace = given.namespace ?? (key === undefined ? undefined : defaultNamespaces[subject.subjectType])
  if (namespace !== undefined) checkNamespace(namespace)
  if (key !== undefined) checkKey(key)
  const aggregate: AggregateKey = { type: subject.subjectType, id: subject.subjectId }
  const visible = await visibleEvents(core, actor, aggregate)
  if (visible === 'none' || limit === 0) return []

  const found: HistoryChange[] = []
  const isAsked = (difference: HistoryDifference) =>
    namespace === undefined ||
    (difference.of === 'metadata' &&
      difference.namespace === namespace &&
      (key === undefined || difference.key === key))
  for await (const change of historyOf(core, actor, aggregate, visible.owner)) {
    const side = after === undefined ? 1 : compareSequences(change.sequence, after)
    if (descending && after !== undefined && side >= 0) break
    if (side <= 0 && !descending) continue
    const differences = change.differences.filter(isAsked)
    if (differences.length === 0 && namespace !== undefined && change.purged === undefined) continue
    found.push({ ...change, differences })
    if (descending && found.length > limit) found.shift()
    if (!descending && found.length === limit) break
  }
  return descending ? found.reverse() : found
}

/** Change by change, the oldest first, for whoever was permitted to read the events of the subject. */
export async function* historyOf(
  core: Core,
  actor: Actor,
  aggregate: AggregateKey,
  owner: string | undefined,
): AsyncGenerator<HistoryChange> {
  const state = emptyState()
  for await (const event of subjectLog(core, aggregate, owner === undefined ? {} : { owner })) {
    const differences = differencesOf(state, event)
    yield changeOf(
      event,
      differences.map((difference) => shownDifference(core, actor, aggregate, difference)),
    )
  }
}

/** Moves the state on, and answers what that changed. */
function differencesOf(state: SubjectState, event: StoredEvent): readonly HistoryDifference[] {
  const isOfEntry = event.type.endsWith('.metadata.set') || event.type.endsWith('.metadata.removed')
  if (isOfEntry) {
    const { namespace, key } = event.payload as { readonly namespace: string; readonly key: string }
    const name = entryName(namespace, key)
    const before = state.entries.get(name)
    applyToState(state, appendedEvent(event))
    return entryDifference(before, state.entries.get(name))
  }
  const before = frozen(state)
  applyToState(state, appendedEvent(event))
  return isFolded(event) ? [] : stateDifference(before, state)
}

function shownDifference(
  core: Core,
  actor: Actor,
  aggregate: AggregateKey,
  difference: HistoryDifference,
): HistoryDifference {
  if (difference.of !== 'metadata') return difference
  const { namespace, key } = difference
  const rules = core.metadataRules
  const isShown =
    !isWithheld(rules, aggregate.type, namespace, key) && isReadable(rules, actor, aggregate, namespace, key)
  return isShown ? difference : { of: 'metadata', namespace, key, hidden: true }
}

function changeOf(event: StoredEvent, differences: readonly HistoryDifference[]): HistoryChange {
  const { sequence, type, createdAt: at, actor } = event
  const change = { sequence, type: type as DirectoryEventType, at, actor, differences }
  if (!isFolded(event) || isErased(event) || isAnonymised(event)) return change
  const { events, since } = event.payload as JsonObject
  return { ...change, purged: { events: Number(events), since: Number(since) } }
}
