import type { Actor } from './actor'
import type { CodeMessage } from './codes/outbox'
import type { AppendedEvent, DomainEvent } from './events/event'
import type {
  AggregateChange,
  Commit,
  EntryExpectation,
  EntryPut,
  EntryRemoval,
  Expectation,
  NewEvent,
  RecordPut,
  RecordRemoval,
  Stamp,
} from './storage/commit'
import type {
  AggregateKey,
  AggregateType,
  Claim,
  EntryKey,
  EntryValue,
  EventActor,
  RecordKind,
  RecordMap,
} from './storage/records'

/** Times of a draft's own events: the commit's, once it has one. */
const provisionalTime = -1
/**
 * Of one aggregate in a draft. Numbers of its own events are below all that are stored, in the order of aggregates and their
 * events: a stamp replaces them in records, which until then hold what a database could.
 */
const eventsAtMost = 2 ** 24

/** A commit while it is put together. */
type CommitInTheMaking = { -readonly [Member in keyof Commit]: Commit[Member] }
type ChangeInTheMaking = { -readonly [Member in keyof AggregateChange]: AggregateChange[Member] }

export interface AggregateDraft {
  /** Place among the draft's aggregates. */
  readonly index: number
  /** Adds an event and answers it as `evolve` takes it. Its sequence and time are provisional. */
  append(event: DomainEvent): AppendedEvent
}

type TakenClaim = Claim & { readonly ownerType: AggregateType; readonly ownerId: string }

/** Gathers one commit. Records that were evolved from a draft's own events get their numbers and times when stored. */
export class CommitDraft {
  readonly #aggregates: AggregateChange[] = []
  #put: RecordPut[] | undefined
  #remove: RecordRemoval[] | undefined
  #putEntries: EntryPut[] | undefined
  #removeEntries: EntryRemoval[] | undefined
  #expectEntries: EntryExpectation[] | undefined
  #removeHeldBy: string | undefined
  #messages: CodeMessage[] | undefined
  #joined: Map<string, number> | undefined
  #release: Map<string, Claim> | undefined
  #take: Map<string, TakenClaim> | undefined

  aggregate(
    key: AggregateKey,
    options: {
      readonly owner: string
      readonly expect: Expectation
      readonly revise: boolean
      readonly removes?: boolean
    },
  ): AggregateDraft {
    const { owner, expect, revise, removes } = options
    const events: NewEvent[] = []
    const drafted: ChangeInTheMaking = { key, owner, expect, events, revise }
    if (removes) drafted.removes = true
    const index = this.#aggregates.push(drafted) - 1
    return {
      index,
      append: (event) => new DraftedEvent(event, key, owner, index, events.push(event) - 1),
    }
  }

  get hasEvents(): boolean {
    return this.#aggregates.some(({ events }) => events.length > 0)
  }

  put<K extends RecordKind>(kind: K, record: RecordMap[K]): void {
    const stamp = stampOf(record.sequence)
    const created = record.createdAt === provisionalTime
    this.#put ??= []
    if (stamp === undefined) this.#put.push({ kind, record, created } as RecordPut)
    else this.#put.push({ kind, record, created, stamp } as RecordPut)
  }

  remove(removal: RecordRemoval): void {
    this.#remove ??= []
    this.#remove.push(removal)
  }

  /** `event` is what sets the entry, as this draft answered it. */
  putEntry(key: EntryKey, value: EntryValue, event: AppendedEvent): void {
    const stamp = event instanceof DraftedEvent ? event.stamp : undefined
    if (stamp === undefined) throw new TypeError('an entry is put with the event that sets it')
    this.#putEntries ??= []
    this.#putEntries.push({ key, value, stamp })
  }

  removeEntries(removal: EntryRemoval): void {
    this.#removeEntries ??= []
    this.#removeEntries.push(removal)
  }

  /** See {@link Commit.removeHeldBy}. */
  removeHeldBy(orgId: string): void {
    this.#removeHeldBy = orgId
  }

  /** Sends codes once the draft is stored. */
  send(messages: readonly CodeMessage[]): void {
    this.#messages ??= []
    this.#messages.push(...messages)
  }

  get messages(): readonly CodeMessage[] {
    return this.#messages ?? []
  }

  expectEntry(key: EntryKey, sequence: string | undefined, aggregate: AggregateDraft): void {
    this.#expectEntries ??= []
    this.#expectEntries.push({ key, sequence, aggregate: aggregate.index })
  }

  /**
   * Takes over all that another draft came to, and what it sends. Events of an aggregate that is here already come behind
   * those that it has; what both put, remove or claim has to be of different things.
   *
   * @param expect - What has to be expected of an aggregate instead of what the other draft does.
   */
  absorb(other: CommitDraft, expect: (change: AggregateChange) => Expectation): void {
    const places = other.#aggregates.map((change) => this.#join({ ...change, expect: expect(change) }))
    const moved = ({ aggregate, event }: Stamp): Stamp => {
      const { index, first } = places[aggregate]!
      return { aggregate: index, event: first + event }
    }
    const puts = other.#put?.map((put) => (put.stamp === undefined ? put : { ...put, stamp: moved(put.stamp) }))
    const entries = other.#putEntries?.map((put) => ({ ...put, stamp: moved(put.stamp) }))
    const expected = other.#expectEntries?.map((one) => ({ ...one, aggregate: places[one.aggregate]!.index }))
    this.#put = joined(this.#put, puts)
    this.#putEntries = joined(this.#putEntries, entries)
    this.#expectEntries = joined(this.#expectEntries, expected)
    this.#remove = joined(this.#remove, other.#remove)
    this.#removeEntries = joined(this.#removeEntries, other.#removeEntries)
    for (const claim of other.#release?.values() ?? []) this.releaseClaim(claim)
    for (const claim of other.#take?.values() ?? []) this.takeClaim(claim)
    this.#messages = joined(this.#messages, other.#messages)
  }

  /** Of aggregates that other drafts brought. */
  #join(change: AggregateChange): { readonly index: number; readonly first: number } {
    this.#joined ??= new Map()
    const name = `${change.key.type} ${change.key.id}`
    const index = this.#joined.get(name)
    const before = index === undefined ? undefined : this.#aggregates[index]
    if (index === undefined || before === undefined) {
      const added = this.#aggregates.push(change) - 1
      this.#joined.set(name, added)
      return { index: added, first: 0 }
    }
    this.#aggregates[index] = {
      ...before,
      ...change,
      events: [...before.events, ...change.events],
      revise: before.revise || change.revise,
    }
    return { index, first: before.events.length }
  }

  /** Claims that the draft takes and nobody gave it. */
  get taken(): Iterable<Claim> {
    return this.#take?.values() ?? []
  }

  takeClaim(claim: TakenClaim): void {
    const name = claimName(claim)
    if (!this.#release?.delete(name)) {
      this.#take ??= new Map()
      this.#take.set(name, claim)
    }
  }

  releaseClaim(claim: Claim): void {
    const name = claimName(claim)
    if (!this.#take?.delete(name)) {
      this.#release ??= new Map()
      this.#release.set(name, claim)
    }
  }

  commit(at: number, actor: Actor): Commit {
    const commit: CommitInTheMaking = { at, actor: eventActor(actor), aggregates: this.#aggregates }
    if (this.#expectEntries !== undefined) commit.expectEntries = this.#expectEntries
    if (this.#put !== undefined) commit.put = this.#put
    if (this.#remove !== undefined) commit.remove = this.#remove
    if (this.#putEntries !== undefined) commit.putEntries = this.#putEntries
    if (this.#removeEntries !== undefined) commit.removeEntries = this.#removeEntries
    if (this.#removeHeldBy !== undefined) commit.removeHeldBy = { orgId: this.#removeHeldBy }
    if (this.#release !== undefined && this.#release.size > 0) commit.releaseClaims = [...this.#release.values()]
    if (this.#take !== undefined && this.#take.size > 0) commit.takeClaims = [...this.#take.values()]
    return commit
  }
}

const joined = <T>(first: T[] | undefined, second: T[] | undefined): T[] | undefined =>
  first === undefined || second === undefined ? (first ?? second) : [...first, ...second]

/** An event of a draft as `evolve` takes it. A class for speed: a bulk of entries makes one each. */
class DraftedEvent implements AppendedEvent {
  constructor(
    readonly event: DomainEvent,
    readonly aggregate: AggregateKey,
    readonly owner: string,
    readonly index: number,
    readonly place: number,
  ) {}

  get type(): string {
    return this.event.type
  }

  get payload(): DomainEvent['payload'] {
    return this.event.payload
  }

  get sequence(): string {
    return String(-1 - this.index * eventsAtMost - this.place)
  }

  get createdAt(): number {
    return provisionalTime
  }

  get stamp(): Stamp {
    return { aggregate: this.index, event: this.place }
  }
}

function stampOf(sequence: string): Stamp | undefined {
  if (!sequence.startsWith('-')) return undefined
  const number = -1 - Number(sequence)
  return { aggregate: Math.floor(number / eventsAtMost), event: number % eventsAtMost }
}

const claimName = ({ type, value }: Claim) => `${type}\n${value}`

export function eventActor(actor: Actor): EventActor {
  return actor.type === 'user'
    ? { type: 'user', id: actor.userId, reason: actor.reason ?? null }
    : { type: 'system', id: actor.onBehalfOf ?? '', reason: actor.reason }
}
