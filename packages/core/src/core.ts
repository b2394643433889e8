import type { Actor } from './actor'
import type { Outbox } from './codes/outbox'
import type { CommitDraft } from './commit-draft'
import type { AppendedEvent } from './events/event'
import type { UnindexedRules } from './find/unindexed'
import type { Heeded } from './heed-signal'
import type { KeyedWork } from './idempotency/keyed-writes'
import type { InTurn } from './idempotency/turns'
import type { DirectoryLimits } from './limits/limits'
import type { MetadataRules } from './metadata-definition/metadata-rules'
import type { DomainVerifier } from './orgs/verify-org-domain'
import type { HomeOrgs } from './permissions/home-orgs'
import type { RoleTable } from './permissions/role-table'
import type { Policies } from './policies'
import type { RandomBytes } from './randomness'
import type { Commit, Permit, UnreadOutcome } from './storage/commit'
import type { DirectoryStorage } from './storage/directory-storage'
import type { EventRewrite } from './storage/event-rewrite'
import type { SearchExplanation } from './storage/explain-search'
import type { Read, ReadAnswer } from './storage/read'
import type { AggregateKey, StoredEvent } from './storage/records'
import type { EventQuery, Page, RecordSearch, Search, SearchResult } from './storage/search'
import type { Hooks } from './transactions/hooks'

/** What a draft came to. */
export interface Committed {
  /** When all its events happened, in milliseconds since the epoch. */
  readonly at: number
  /** The sequence of the newest event of the aggregate at `index` of the draft. */
  sequenceOf(index: number): string
}

/** Something to store, and how to answer then. */
export interface Drafted<T> {
  readonly draft: CommitDraft
  readonly answer: (committed: Committed) => T
}

/** A decision: something to store and how to answer then, or an answer that needs no write. */
export type Plan<T> = Drafted<T> | { readonly draft?: undefined; readonly answer: T }

/** Answers what is kept of the answer to a write. */
export type KeepAnswer = (answer: (committed: Committed) => unknown) => NonNullable<Commit['keepAnswer']>

/** What every use case receives. */
export interface Core {
  readonly instanceId: string
  readonly roles: RoleTable
  readonly policies: Policies
  /** What is said of metadata; absent: nothing. */
  readonly metadataRules?: MetadataRules | undefined
  /** Of the instance; false until it is known. */
  readonly userLoginMustBeDomain: boolean
  readonly randomBytes: RandomBytes
  /** Below which orgs get their generated domains. */
  readonly domain: string
  /** Absent: domains are verified once they are added. */
  readonly verifyDomain: DomainVerifier | undefined
  /** What is to be sent goes with a draft: see {@link CommitDraft.send}. */
  readonly outbox: Outbox
  /** See {@link DirectoryStorage.isLocal}. */
  readonly readsAreLocal: boolean
  /** Milliseconds since the epoch. */
  now(): number
  newId(): string
  /** Reads of one turn of the event loop go to the storage together. */
  read<R extends Read>(read: R): Promise<ReadAnswer<R>>
  search<S extends Search>(search: S): Promise<Page<SearchResult<S>>>
  /** Absent where the storage cannot. */
  readonly explainSearch: ((search: RecordSearch) => Promise<SearchExplanation>) | undefined
  /** What was said of queries without an index; absent: nothing. */
  readonly unindexed?: UnindexedRules | undefined
  readEvents(query: EventQuery): Promise<readonly StoredEvent[]>
  /** Events as they are stored, which nobody else is shown. */
  readLog(query: EventQuery): Promise<readonly StoredEvent[]>
  /** See {@link HistoryRewriter}. */
  rewriteEvents(aggregate: AggregateKey, rewrite: EventRewrite): Promise<number>
  /** Of an answer that is kept under a key, in milliseconds. */
  readonly idempotencyWindowMs: number
  readonly inTurn: InTurn
  /** Of the host: asked before each write. */
  readonly before?: Hooks['before']
  /** The work that all writes are done for, under one key. */
  readonly work?: KeyedWork
  /** What writes are held to beside what all are; absent: nothing. */
  readonly limits?: DirectoryLimits | undefined
  /** What gives the calls up; absent: nothing does. */
  readonly heeded?: Heeded | undefined
  /** The call was made before: `write` asks no plan, and answers as it did then. */
  readonly isRepeat?: true
  /**
   * Runs `plan` and stores what it drafted; runs it again, on fresh reads, when others changed in between what it was
   * based on.
   *
   * @throws {@link ContentionError} when that happened too often.
   * @param keep - Makes of the answer what is stored along, also where nothing else is.
   * @param signal - Gives up what is not with the storage yet.
   * @throws {@link AlreadyExistsError} when what has to be unique is taken.
   */
  write<T>(
    actor: Actor,
    plan: (draft: CommitDraft) => Promise<Plan<T>>,
    keep?: KeepAnswer,
    signal?: AbortSignal,
  ): Promise<T>
  /** Stores what is drafted without reads, see `commitUnread` of the port; absent where the storage cannot. */
  readonly writeUnread:
    | ((
        actor: Actor,
        draft: () => Pick<CommitDraft, 'commit'>,
        signal?: AbortSignal,
        permit?: Permit,
      ) => Promise<UnreadOutcome>)
    | undefined
  /** Of callers that were read. */
  readonly homeOrgs: HomeOrgs
  /** See {@link CommitWriter.checksUnread}. */
  readonly checksUnread: boolean
}

/** Folds events into a record. */
export type Evolve<T> = (state: T | undefined, event: AppendedEvent) => T | undefined
