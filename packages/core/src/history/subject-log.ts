import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import { appendedEvent } from '../events/event'
import { isSystemOwn } from '../metadata/metadata'
import type { AggregateKey, EntryRecord, StoredEvent } from '../storage/records'
import type { EventQuery } from '../storage/search'
import { identitiesNamespace, keptIdentities } from '../users/identity'
import { isFolded } from './folded-event'
import { type HistoryPoint, untilPoint } from './history-point'
import { applyToState, emptyState, type SubjectState } from './subject-state'

const pageSize = 1000

/** All events of a subject that meet the query, from the first one on, in pages. */
export async function* subjectLog(
  core: Core,
  aggregate: AggregateKey,
  query: Omit<EventQuery, 'aggregate' | 'limit' | 'descending'> = {},
): AsyncGenerator<StoredEvent> {
  let afterSequence = query.afterSequence
  for (;;) {
    const page = await core.readLog({
      ...query,
      aggregate,
      limit: pageSize,
      ...(afterSequence !== undefined && { afterSequence }),
    })
    yield* page
    if (page.length < pageSize) return
    afterSequence = page.at(-1)!.sequence
  }
}

/** A state, and the last event that it was made of. */
export interface StateAtPoint {
  readonly state: SubjectState
  readonly last: StoredEvent
}

/**
 * What a subject was at a point; `undefined` before its first event.
 *
 * @throws {@link InvalidStateError} `history_purged` for a point whose events were purged.
 * @throws {@link InvalidInputError} for a sequence that no event has yet.
 */
export async function stateAt(
  core: Core,
  aggregate: AggregateKey,
  point: HistoryPoint,
  owner: string | undefined,
): Promise<StateAtPoint | undefined> {
  const state = emptyState()
  let last: StoredEvent | undefined
  const ofOwner = owner === undefined ? {} : { owner }
  for await (const event of subjectLog(core, aggregate, { ...ofOwner, ...untilPoint(point) })) {
    applyToState(state, appendedEvent(event))
    last = event
  }
  await requireReached(core, aggregate, point, last)
  if (last === undefined) return undefined
  if ('time' in point && state.record !== undefined && (await wentWithOrg(core, last, point.time))) {
    return { state: emptyState(), last }
  }
  return { state, last }
}

/** What was before the first event that is left of what was purged is known to nobody, nor is what is still to come. */
async function requireReached(
  core: Core,
  aggregate: AggregateKey,
  point: HistoryPoint,
  last: StoredEvent | undefined,
): Promise<void> {
  const [next] = await core.readLog({ aggregate, limit: 1, afterSequence: last?.sequence ?? '0' })
  if (next !== undefined && isFolded(next)) throw new InvalidStateError('history_purged')
  if (next === undefined && last !== undefined && 'sequence' in point && point.sequence !== last.sequence) {
    throw new InvalidInputError('sequence', 'is not reached yet')
  }
}

/** Namespaces that metadata of a subject was set in, those alone that calls may name and that no face keeps for itself. */
export async function writtenNamespaces(
  core: Core,
  aggregate: AggregateKey,
  afterSequence?: string,
): Promise<ReadonlySet<string>> {
  const namespaces = new Set<string>()
  const types = [`${aggregate.type}.metadata.set`, `${aggregate.type}.history.folded`]
  const query = { types, ...(afterSequence !== undefined && { afterSequence }) }
  for await (const event of subjectLog(core, aggregate, query)) {
    const { namespace } = event.payload as { readonly namespace: string }
    for (const name of isFolded(event) ? carriedNamespaces(event) : [namespace]) {
      if (isNamed(name)) namespaces.add(name)
    }
  }
  return namespaces
}

const carriedNamespaces = (event: StoredEvent) => carriedEntries(event).map(({ namespace }) => namespace)

/** What was linked to a user when what came before was folded. */
export function carriedIdentities(event: StoredEvent): readonly string[] {
  const kept = carriedEntries(event).find(({ namespace }) => namespace === identitiesNamespace)
  return keptIdentities(kept).map(({ userId }) => userId)
}

/** Whether the subject was there when what came before was folded. */
export const carriesRecord = (event: StoredEvent): boolean => isFolded(event) && stateOf(event).record !== undefined

function carriedEntries(event: StoredEvent): readonly EntryRecord[] {
  return isFolded(event) ? [...stateOf(event).entries.values()] : []
}

function stateOf(event: StoredEvent): SubjectState {
  const state = emptyState()
  applyToState(state, appendedEvent(event))
  return state
}

/** Whether it is one of those that anybody but the system can ask for. */
export const isNamed = (namespace: string): boolean => !namespace.startsWith('$') && !isSystemOwn(namespace)

/** Whether the org that owned a subject was removed behind its last event. What the org held has no events of that. */
async function wentWithOrg(core: Core, { aggregate, owner, position }: StoredEvent, time: number): Promise<boolean> {
  if (aggregate.type === 'org' || owner === '') return false
  const [removed] = await core.readLog({
    aggregate: { type: 'org', id: owner },
    types: ['org.removed'],
    after: position,
    until: time + 1,
    limit: 1,
  })
  return removed !== undefined
}
