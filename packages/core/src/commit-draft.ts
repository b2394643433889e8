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

const unstamped = { sequence: '0', changedAt: 0 }

interface DraftedAggregate {
  readonly key: AggregateKey
  readonly owner: string
  readonly expect: Expectation
  readonly events: NewEvent[]
  readonly revise: boolean
  readonly removes: boolean
}

export interface AggregateDraft {
  /** Place among the draft's aggregates. */
  readonly index: number
  /** Adds an event and answers it as `evolve` takes it. Its sequence and time are provisional. */
  append(event: DomainEvent): AppendedEvent
}

type TakenClaim = Claim & { readonly ownerType: AggregateType; readonly ownerId: string }

/** Gathers one commit. Records that were evolved from a draft's own events get their numbers and times when stored. */
export class CommitDraft {
  readonly #aggregates: DraftedAggregate[] = []
  readonly #put: RecordPut[] = []
  readonly #remove: RecordRemoval[] = []
  readonly #putEntries: EntryPut[] = []
  readonly #removeEntries: EntryRemoval[] = []
  readonly #expectEntries: EntryExpectation[] = []
  #removeHeldBy: string | undefined
  readonly #messages: CodeMessage[] = []
  readonly #release = new Map<string, Claim>()
  readonly #take = new Map<string, TakenClaim>()

  aggregate(
    key: AggregateKey,
    options: {
      readonly owner: string
      readonly expect: Expectation
      readonly revise: boolean
      readonly removes?: boolean
    },
  ): AggregateDraft {
    const drafted: DraftedAggregate = { key, events: [], removes: false, ...options }
    const index = this.#aggregates.push(drafted) - 1
    return {
      index,
      append: (event) => new DraftedEvent(event, key, options.owner, index, drafted.events.push(event) - 1),
    }
  }

  get hasEvents(): boolean {
    return this.#aggregates.some(({ events }) => events.length > 0)
  }

  put<K extends RecordKind>(kind: K, record: RecordMap[K]): void {
    const stamp = stampOf(record.sequence)
    const created = record.createdAt === provisionalTime
    if (stamp === undefined) this.#put.push({ kind, record, created } as RecordPut)
    // What the stamp replaces is nothing a database could hold.
    else
      this.#put.push({
        kind,
        record: { ...record, ...unstamped, ...(created && { createdAt: 0 }) },
        created,
        stamp,
      } as RecordPut)
  }

  remove(removal: RecordRemoval): void {
    this.#remove.push(removal)
  }

  /** `event` is what sets the entry, as this draft answered it. */
  putEntry(key: EntryKey, value: EntryValue, event: AppendedEvent): void {
    const stamp = event instanceof DraftedEvent ? event.stamp : undefined
    if (stamp === undefined) throw new TypeError('an entry is put with the event that sets it')
    this.#putEntries.push({ key, value, stamp })
  }

  removeEntries(removal: EntryRemoval): void {
    this.#removeEntries.push(removal)
  }

  /** See {@link Commit.removeHeldBy}. */
  removeHeldBy(orgId: string): void {
    this.#removeHeldBy = orgId
  }

  /** Sends codes once the draft is stored. */
  send(messages: readonly CodeMessage[]): void {
    this.#messages.push(...messages)
  }

  get messages(): readonly CodeMessage[] {
    return this.#messages
  }

  expectEntry(key: EntryKey, sequence: string | undefined, aggregate: AggregateDraft): void {
    this.#expectEntries.push({ key, sequence, aggregate: aggregate.index })
  }

  takeClaim(claim: TakenClaim): void {
    const name = claimName(claim)
    if (!this.#release.delete(name)) this.#take.set(name, claim)
  }

  releaseClaim(claim: Claim): void {
    const name = claimName(claim)
    if (!this.#take.delete(name)) this.#release.set(name, claim)
  }

  commit(at: number, actor: Actor): Commit {
    return {
      at,
      actor: eventActor(actor),
      aggregates: this.#aggregates.map(
        ({ removes, ...change }): AggregateChange => (removes ? { ...change, removes } : change),
      ),
      ...(this.#expectEntries.length > 0 && { expectEntries: this.#expectEntries }),
      ...(this.#put.length > 0 && { put: this.#put }),
      ...(this.#remove.length > 0 && { remove: this.#remove }),
      ...(this.#putEntries.length > 0 && { putEntries: this.#putEntries }),
      ...(this.#removeEntries.length > 0 && { removeEntries: this.#removeEntries }),
      ...(this.#removeHeldBy !== undefined && { removeHeldBy: { orgId: this.#removeHeldBy } }),
      ...(this.#release.size > 0 && { releaseClaims: [...this.#release.values()] }),
      ...(this.#take.size > 0 && { takeClaims: [...this.#take.values()] }),
    }
  }
}

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
    return `${this.index}@${this.place}`
  }

  get createdAt(): number {
    return provisionalTime
  }

  get stamp(): Stamp {
    return { aggregate: this.index, event: this.place }
  }
}

function stampOf(sequence: string): Stamp | undefined {
  const at = sequence.indexOf('@')
  return at < 0 ? undefined : { aggregate: Number(sequence.slice(0, at)), event: Number(sequence.slice(at + 1)) }
}

const claimName = ({ type, value }: Claim) => `${type}\n${value}`

function eventActor(actor: Actor): EventActor {
  return actor.type === 'user'
    ? { type: 'user', id: actor.userId, reason: null }
    : { type: 'system', id: actor.onBehalfOf ?? '', reason: actor.reason }
}
