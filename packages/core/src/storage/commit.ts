import type { JsonObject } from '../json'
import type {
  AggregateKey,
  AggregateType,
  Claim,
  EntryKey,
  EntryValue,
  EventActor,
  KeptAnswer,
  MemberLevel,
  RecordKeyMap,
  RecordKind,
  RecordMap,
  SubjectKey,
} from './records'

/** What must be true of an aggregate for a commit to apply. */
export type Expectation =
  /** Never there, or removed. */
  | 'new'
  | 'live'
  /** Live, and no deciding change since it was read. */
  | { readonly revision: number }
  /** Live, and no event at all since it was read. */
  | { readonly sequence: string }
  /** Live, and neither: a decision need not come with an event. */
  | { readonly revision: number; readonly sequence: string }

export interface NewEvent {
  readonly type: string
  readonly payload: JsonObject
  /** The payload as JSON text, where it is known already: what is stored then, to the letter. */
  readonly payloadText?: string
}

export interface AggregateChange {
  readonly key: AggregateKey
  readonly expect: Expectation
  /** Id of the org that owns the aggregate; empty for the instance. Fixed by the first event. */
  readonly owner: string
  /** In order; may be empty where only the expectation or the revision matters. */
  readonly events: readonly NewEvent[]
  /** Moves the revision, so that decisions based on the state before fail as stale. */
  readonly revise: boolean
  /** The subject is gone after this commit. */
  readonly removes?: true
}

/** Which event of the commit gives a record its sequence and its times. */
export interface Stamp {
  /** Index into {@link Commit.aggregates}. */
  readonly aggregate: number
  /** Index into that aggregate's events. */
  readonly event: number
}

/** A record as it shall be. */
export type RecordPut = {
  [K in RecordKind]: {
    readonly kind: K
    readonly record: RecordMap[K]
    /** Replaces the record's `sequence` and `changedAt`. Absent: they are taken as they stand. */
    readonly stamp?: Stamp
    /** The stamp's time is its `createdAt` as well. */
    readonly created: boolean
  }
}[RecordKind]

/** One record by its key, or for access tokens and members all of a user. */
export type RecordRemoval =
  | { [K in RecordKind]: { readonly kind: K; readonly key: RecordKeyMap[K] } }[RecordKind]
  | { readonly kind: 'accessToken' | 'member'; readonly ofUser: string }

export interface EntryPut {
  readonly key: EntryKey
  readonly value: EntryValue
  /** An entry that exists keeps its `createdAt`; the rest comes from the stamp. */
  readonly stamp: Stamp
}

/** One entry, or all entries of a subject. */
export type EntryRemoval = { readonly key: EntryKey } | { readonly of: SubjectKey }

/** What must be true of an entry. Its subject's aggregate has to be among the commit's aggregates. */
export interface EntryExpectation {
  readonly key: EntryKey
  /** Sequence of the event that last set it; `undefined`: it must not exist. */
  readonly sequence: string | undefined
  /** Index into {@link Commit.aggregates} of the aggregate whose events change the entry. */
  readonly aggregate: number
}

/** One decision, stored whole or not at all. */
export interface Commit {
  /** Milliseconds since the epoch. An aggregate's times never go back: the later of this and its newest event counts. */
  readonly at: number
  readonly actor: EventActor
  /** At least one; each aggregate at most once. */
  readonly aggregates: readonly AggregateChange[]
  readonly expectEntries?: readonly EntryExpectation[]
  readonly put?: readonly RecordPut[]
  readonly remove?: readonly RecordRemoval[]
  readonly putEntries?: readonly EntryPut[]
  readonly removeEntries?: readonly EntryRemoval[]
  /**
   * Removes what an org holds, however much it is. The org's own aggregate has to be among the commit's aggregates, with
   * `removes`; the commit puts, takes and removes nothing else that the org holds.
   */
  readonly removeHeldBy?: { readonly orgId: string }
  /** Released before others are taken; a claim never stands in both. */
  readonly releaseClaims?: readonly Claim[]
  readonly takeClaims?: readonly (Claim & { readonly ownerType: AggregateType; readonly ownerId: string })[]
  /**
   * Kept with the commit's time and sequences, unless an answer is kept under the key that has not expired when the
   * commit happens. Those that have expired go, a few with each commit that keeps one.
   */
  readonly keepAnswer?: Omit<KeptAnswer, 'at' | 'sequences'>
}

/**
 * What {@link Commit.removeHeldBy} takes, so that one commit says in a few words what would be thousands of removals:
 *
 * - the record of the org, its domains, and the users and clients whose `orgId` it is;
 * - the aggregates of those users and clients, which live no longer and move their revision, but not their sequence;
 * - all entries of the org, the users and the clients;
 * - all access tokens of the users, and all memberships of the users and in the org;
 * - all claims whose owner is the org, one of the users or one of the clients;
 * - the users of the org that were deleted and can come back, with all entries and claims of their ids.
 *
 * Whoever at the same time writes to an aggregate that the org owns comes before it, in the feed too, or finds it gone.
 */
export type HeldByOrg = NonNullable<Commit['removeHeldBy']>

export interface Applied {
  readonly outcome: 'applied'
  /** The time all events of the commit carry. */
  readonly at: number
  /** By aggregate, in the commit's order: the sequence after its last event. */
  readonly sequences: readonly string[]
  /** Of every event, aggregate by aggregate. */
  readonly positions: readonly string[]
}

export type CommitOutcome =
  | Applied
  /** The aggregate or an entry moved since it was read; nothing is known of what it is now. */
  | { readonly outcome: 'stale'; readonly aggregate: AggregateKey }
  /** Expected to live, does not. */
  | { readonly outcome: 'missing'; readonly aggregate: AggregateKey }
  /** Expected to be new, lives. */
  | { readonly outcome: 'occupied'; readonly aggregate: AggregateKey }
  | { readonly outcome: 'claim-taken'; readonly claim: Claim }
  /** An answer is kept under the key already, and has not expired. */
  | { readonly outcome: 'answer-kept' }
  /** Rows of the host refer to what the commit removes, by foreign keys that forbid it. */
  | { readonly outcome: 'referenced' }

/** Whether a commit makes something. */
export const isCreation = ({ aggregates }: Commit): boolean => aggregates.some(({ expect }) => expect === 'new')

/** A commit that is decided without reads. */
export interface UnreadCommit extends Commit {
  /** Absent: nobody has to be asked. Otherwise nothing of the commit is so unless it holds. */
  readonly permit?: Permit
}

/**
 * Holds where the caller and its own org are active, the org that the call works in is there and owns the aggregate, and the
 * caller has one of these roles, in the instance or in that org, that has not expired at the time that the commit names.
 *
 * Of a commit that makes an aggregate it is that one which the org owns; an org that is made none has to own.
 */
export interface Permit {
  readonly userId: string
  /** Of what makes an aggregate: the org that the caller belongs to, where the commit says so. */
  readonly homeOrgId?: string
  /** The org the call works in. Absent: the caller's own. */
  readonly orgId?: string
  /** Roles that suffice, by where they are held. */
  readonly roles: Readonly<Record<MemberLevel, readonly string[]>>
}

/** What a commit came to that was decided without reads. */
export type UnreadOutcome =
  /** `put`: places, among the entries of the commit, of those that did not hold their value. `sequences` and `positions` are of their events. */
  | (Applied & UnreadSubject & { readonly put: readonly number[] })
  /** Every entry holds its value already; nothing was written. */
  | ({ readonly outcome: 'unchanged'; readonly sequence: string; readonly changedAt: number } & UnreadSubject)
  /** The aggregate does not live. */
  | { readonly outcome: 'missing' }
  /**
   * Others were writing to it, an index has to hold what is put, or something else does not hold that the commit depends on:
   * nothing was written, and it takes reads and `commit`.
   */
  | { readonly outcome: 'declined' }

/** What the caller would have read of the subject. */
export interface UnreadSubject {
  readonly owner: string
  /** Of the entry where the commit has just one, otherwise of the subject's record; `undefined`: there is none yet. */
  readonly createdAt: number | undefined
}
