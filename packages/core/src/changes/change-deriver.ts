import type { Core } from '../core'
import { type AppendedEvent, appendedEvent } from '../events/event'
import type { JsonObject, JsonValue } from '../json'
import type { StoredEvent } from '../storage/records'
import type { Change, ChangedRecord, FieldChange, KeyChange } from './change'
import {
  evolveLane,
  isBeginning,
  type KeptValue,
  type Lane,
  type LaneState,
  laneOf,
  lanes,
  recordKey,
  redacted,
  typesOf,
} from './lane'

/** Lanes of aggregates that are remembered; of those that were longest unused the log is read again. */
const keptLanes = 1000
const historyPage = 1000
/** Histories that are read at the same time. */
const readsAtOnce = 8

interface KnownLane {
  /** Every event of the lane up to this one is in it. */
  upTo: bigint
  readonly state: LaneState
}

/**
 * Finds out what was before an event, from the log itself: no write pays for it. Whoever follows the log has what was
 * before in memory, save for the first change of an aggregate that it meets, for which it reads the events of that
 * aggregate's lane once.
 */
export class ChangeDeriver {
  readonly #core: Pick<Core, 'instanceId' | 'readEvents'>
  readonly #tellsBefore: boolean
  readonly #lanes = new Map<string, KnownLane>()

  /** @param tellsBefore - Without, nothing is read, and no fields are told; of metadata what keys were set to. */
  constructor(core: Pick<Core, 'instanceId' | 'readEvents'>, tellsBefore: boolean) {
    this.#core = core
    this.#tellsBefore = tellsBefore
  }

  /**
   * Changes of those of the events that `tells` asks for, in their order.
   *
   * @param events - Every event of the aggregates they are of, from the first to the last of them.
   */
  async changesOf(events: readonly StoredEvent[], tells: (event: StoredEvent) => boolean): Promise<readonly Change[]> {
    const { instanceId } = this.#core
    if (!this.#tellsBefore) {
      return events.filter(tells).map((event) => changeOf(instanceId, event, ...valuesOnly(event)))
    }
    const told = new Set(events.filter(tells))
    await this.#learn(told)
    return events.flatMap((event) => this.#pass(event, told.has(event)))
  }

  /** Makes sure that all is known that was before the first event of each lane. */
  async #learn(events: ReadonlySet<StoredEvent>): Promise<void> {
    const first = new Map<string, StoredEvent>()
    for (const event of events) {
      const name = laneName(event)
      if (!first.has(name)) first.set(name, event)
    }
    const unknown = [...first].filter(([name, event]) => {
      const known = this.#lanes.get(name)
      return known === undefined || known.upTo !== BigInt(event.sequence) - 1n
    })
    const learnNext = async () => {
      for (let next = unknown.shift(); next !== undefined; next = unknown.shift()) {
        const [name, event] = next
        this.#keep(name, await this.#knownBefore(event, this.#lanes.get(name)))
      }
    }
    await Promise.all(Array.from({ length: readsAtOnce }, learnNext))
    // Those of this page stay, whatever is given up for them.
    for (const name of first.keys()) this.#keep(name, this.#lanes.get(name)!)
    for (const name of this.#lanes.keys()) {
      if (this.#lanes.size <= Math.max(keptLanes, first.size)) break
      this.#lanes.delete(name)
    }
  }

  async #knownBefore(event: StoredEvent, known: KnownLane | undefined): Promise<KnownLane> {
    const { aggregate, sequence, type } = event
    const before = BigInt(sequence)
    const lane = laneOf(type)
    const reached = known !== undefined && known.upTo < before ? known : { upTo: 0n, state: new Map() }
    const types = typesOf(aggregate.type, lane)
    for (let after = reached.upTo; after < before - 1n; ) {
      const page = await this.#core.readEvents({
        aggregate,
        types,
        afterSequence: String(after),
        beforeSequence: sequence,
        limit: historyPage,
      })
      for (const earlier of page) evolveLane(lane, reached.state, appendedEvent(earlier))
      if (page.length < historyPage) break
      after = BigInt(page.at(-1)!.sequence)
    }
    reached.upTo = before - 1n
    return reached
  }

  #keep(name: string, lane: KnownLane): void {
    this.#lanes.delete(name)
    this.#lanes.set(name, lane)
  }

  /** Brings what is known behind the event. Answers what it changed, where that is asked for. */
  #pass(stored: StoredEvent, told: boolean): readonly Change[] {
    const event = appendedEvent(stored)
    const sequence = BigInt(stored.sequence)
    const own = laneOf(stored.type)
    let change: Told | undefined
    for (const lane of lanes) {
      const known = this.#lanes.get(laneName(stored, lane))
      if (known === undefined || known.upTo !== sequence - 1n) continue
      if (lane === own && told) change = evolved(lane, known.state, event)
      else evolveLane(lane, known.state, event)
      known.upTo = sequence
    }
    return change === undefined ? [] : [changeOf(this.#core.instanceId, stored, ...change)]
  }
}

const laneName = ({ aggregate, type }: StoredEvent, lane = laneOf(type)) => `${aggregate.type} ${lane} ${aggregate.id}`

type Told = readonly [fields: Change['fields'], metadata: Change['metadata']]

/** What the event changes in the lane, which has it behind it. */
function evolved(lane: Lane, state: LaneState, event: AppendedEvent): Told {
  if (lane === 'metadata') {
    const names = namesOf(state, event)
    const before = names.map((name) => state.get(name) as KeptValue | undefined)
    evolveLane(lane, state, event)
    return [{}, names.map((name, index) => keyChange(name, before[index], state.get(name) as KeptValue | undefined))]
  }
  const key = recordKey(lane, event.payload)
  const before = isBeginning(event.type) ? undefined : (state.get(key) as object | undefined)
  evolveLane(lane, state, event)
  return [fieldChanges(before, state.get(key) as object | undefined), []]
}

/** The entries an event of metadata is about. */
function namesOf(state: LaneState, { type, payload }: AppendedEvent): readonly string[] {
  const { namespace, key } = payload as { namespace: string; key?: string }
  if (!type.endsWith('.removed.all')) return [`${namespace}\n${key}`]
  return [...state.keys()].filter((name) => name.startsWith(`${namespace}\n`))
}

/** What an event says by itself. */
function valuesOnly(stored: StoredEvent): Told {
  if (laneOf(stored.type) !== 'metadata') return [{}, []]
  return evolved('metadata', new Map(), appendedEvent(stored))
}

function keyChange(name: string, before: KeptValue | undefined, after: KeptValue | undefined): KeyChange {
  const end = name.indexOf('\n')
  const at = { namespace: name.slice(0, end), key: name.slice(end + 1) }
  if (before === redacted || after === redacted) return { ...at, redacted: true }
  return { ...at, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

/** Members of records that say when and which, not what. */
const untold: ReadonlySet<string> = new Set(['sequence', 'createdAt', 'changedAt', 'hash', 'validationToken'])

function fieldChanges(before: object | undefined, after: object | undefined): Change['fields'] {
  const old = (before ?? {}) as Readonly<Record<string, JsonValue | undefined>>
  const now = (after ?? {}) as Readonly<Record<string, JsonValue | undefined>>
  const changes: Record<string, FieldChange> = {}
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (untold.has(name)) continue
    const [one, other] = [old[name] ?? null, now[name] ?? null]
    if (JSON.stringify(one) === JSON.stringify(other)) continue
    changes[name] = { ...(before && { before: one }), ...(after && { after: other }) }
  }
  return changes
}

function changeOf(
  instanceId: string,
  event: StoredEvent,
  fields: Change['fields'],
  metadata: Change['metadata'],
): Change {
  const { position, aggregate, sequence, type, createdAt, actor, owner, payload } = event
  return {
    position,
    instanceId,
    aggregate,
    sequence,
    type,
    at: createdAt,
    actor,
    orgId: owner,
    record: recordOf(event),
    payload,
    fields,
    metadata,
  }
}

function recordOf({ aggregate, type, payload }: StoredEvent): ChangedRecord {
  const { id } = aggregate
  const { userId, domain, tokenId } = payload as JsonObject
  switch (laneOf(type)) {
    case 'member':
      return { kind: 'member', orgId: aggregate.type === 'instance' ? '' : id, userId: String(userId) }
    case 'domain':
      return { kind: 'orgDomain', orgId: id, domain: String(domain) }
    case 'token':
      return { kind: 'accessToken', userId: id, tokenId: String(tokenId) }
  }
  switch (aggregate.type) {
    case 'user':
      return { kind: 'user', userId: id }
    case 'org':
      return { kind: 'org', orgId: id }
    case 'client':
      return { kind: 'client', clientId: id }
    case 'role':
      return { kind: 'role', roleId: id }
    case 'instance':
      return { kind: 'instance' }
  }
}
