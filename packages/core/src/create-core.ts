import type { Actor } from './actor'
import { askableQuery, askableSearch, isAskable, nothingFound } from './askable'
import { createBatcher } from './batcher'
import type { Clock } from './clock'
import type { Outbox } from './codes/outbox'
import { CommitDraft } from './commit-draft'
import type { Core, KeepAnswer, Plan } from './core'
import { ContentionError } from './errors/contention-error'
import type { EventBus } from './events/event-bus'
import { shownEvent } from './events/shown-event'
import type { UnindexedRules } from './find/unindexed'
import { createTurns } from './idempotency/turns'
import type { NewId } from './ids'
import { isStorable } from './input'
import { createKeyedBatcher, type KeyedBatches } from './keyed-batcher'
import type { DirectoryLimits } from './limits/limits'
import { isWithinLimits, requireWithinLimits } from './limits/require-within-limits'
import type { MetadataRules } from './metadata-definition/metadata-rules'
import type { DomainVerifier } from './orgs/verify-org-domain'
import { HomeOrgs } from './permissions/home-orgs'
import type { RoleTable } from './permissions/role-table'
import type { Policies } from './policies'
import type { RandomBytes } from './randomness'
import { refuseCommit } from './refuse-commit'
import { answerOrRetry, pause, retryUnreachable } from './retry'
import { isLater } from './storage/answered'
import { type Commit, isCreation, type Permit, type UnreadCommit, type UnreadOutcome } from './storage/commit'
import type { DirectoryStorage } from './storage/directory-storage'
import type { Principal, Read, ReadAnswer, ReadResult } from './storage/read'
import type { StoredEvent } from './storage/records'
import { storedEvents } from './stored-events'
import { traceStorage } from './tracing/trace-storage'
import type { Tracing } from './tracing/tracing'
import type { SettleCommit } from './transactions/hooked-commit'
import type { Hooks } from './transactions/hooks'

export interface CoreOptions {
  readonly storage: DirectoryStorage
  readonly instanceId: string
  readonly domain: string
  readonly clock: Clock
  readonly newId: NewId
  readonly randomBytes: RandomBytes
  readonly verifyDomain: DomainVerifier | undefined
  readonly roles: RoleTable
  readonly policies: Policies
  readonly metadataRules?: MetadataRules | undefined
  readonly unindexed?: UnindexedRules | undefined
  readonly events: EventBus
  readonly outbox: Outbox
  readonly idempotencyWindowMs: number
  readonly before?: Hooks['before']
  readonly tracing?: Tracing | undefined
  readonly limits?: DirectoryLimits | undefined
  /** Takes the place of commits that go to the storage together. */
  readonly settleCommit?: SettleCommit
}

const maxReadsPerBatch = 1000
const maxCommitsPerBatch = 200
/** Two at a time keep the server busy while answers are read; few large ones cost it less than many small ones. */
const unreadBatches: Omit<KeyedBatches, 'inHalves'> = {
  questions: maxCommitsPerBatch,
  keys: 64,
  underway: 2,
  patienceMs: 50,
}
const maxAttempts = 60
/** Attempts before waiting between them. */
const eagerAttempts = 3
const maxDelayMs = 50

export function createCore(given: CoreOptions): Core {
  const { instanceId, clock, newId, events, settleCommit, tracing, ...options } = given
  const traced = tracing && traceStorage(given.storage, tracing)
  const storage = traced?.storage ?? given.storage
  const readTogether = createBatcher(
    (reads: readonly Read[]) => answerOrRetry(() => storage.load(instanceId, reads)),
    maxReadsPerBatch,
    true,
  )
  const read = traced?.noting(readTogether) ?? readTogether
  const ask = (question: Read): Promise<ReadResult> => {
    try {
      return isAskable(question) ? read(question) : askWhatCanBe(question)
    } catch (error) {
      // Whoever asks has other questions on their way, and nobody would hear what becomes of them.
      return Promise.reject(error)
    }
  }
  const askWhatCanBe = async (question: Read): Promise<ReadResult> => {
    if (question.read !== 'principal' || !isStorable(question.userId)) return nothingFound(question)
    const principal = (await read({ read: 'principal', userId: question.userId })) as Principal | undefined
    return principal && { ...principal, contextOrg: undefined }
  }
  const commitTogether = createBatcher(
    (commits: readonly Commit[]) => answerOrRetry(() => storage.commit(instanceId, commits)),
    maxCommitsPerBatch,
  )
  const commit: SettleCommit =
    settleCommit === undefined
      ? (traced?.noting(commitTogether) ?? commitTogether)
      : (traced?.single(settleCommit) ?? settleCommit)
  const commitUnread = settleCommit === undefined ? storage.commitUnread?.bind(storage) : undefined
  const commitUnreadInTurn =
    commitUnread === undefined
      ? undefined
      : createKeyedBatcher(
          (commits: readonly UnreadCommit[]) => {
            const outcomes = answerOrRetry(() => commitUnread(instanceId, commits))
            const announceAll = (all: readonly UnreadOutcome[]) =>
              all.map((one, index) => announced(commits[index]!, one))
            return isLater(outcomes) ? outcomes.then(announceAll) : announceAll(outcomes)
          },
          ({ aggregates: [change] }) => `${change!.key.type} ${change!.key.id}`,
          // A local storage answers at once: two batches would be two transactions, one behind the other.
          { ...unreadBatches, inHalves: storage.isLocal !== true },
        )
  const commitInTurn = commitUnreadInTurn && (traced?.noting(commitUnreadInTurn) ?? commitUnreadInTurn)
  let making = false
  const makeAlone =
    commitUnread &&
    (async (commitment: UnreadCommit, signal?: AbortSignal): Promise<UnreadOutcome> => {
      signal?.throwIfAborted()
      // Several at once are read for together, and written together: that takes fewer trips.
      if (making) return { outcome: 'declined' }
      making = true
      try {
        const [outcome] = await answerOrRetry(() => commitUnread(instanceId, [commitment]))
        return announced(commitment, outcome!)
      } finally {
        making = false
      }
    })
  // A local storage makes all of a turn in one transaction, which costs none of them a trip.
  const make = storage.isLocal ? commitInTurn : makeAlone && (traced?.noting(makeAlone) ?? makeAlone)
  const announced = (commitment: Commit, outcome: UnreadOutcome): UnreadOutcome => {
    if (outcome.outcome === 'applied') {
      const tell = () => events.announce(() => storedEvents(writtenOf(commitment, outcome), outcome).map(shown))
      if (traced === undefined) tell()
      else traced.forCallerOf(commitment, tell)
    }
    return outcome
  }

  const { limits } = options
  const explainSearch = storage.explainSearch?.bind(storage)
  const shown = (event: StoredEvent) => shownEvent(event, options.metadataRules)

  return {
    ...options,
    userLoginMustBeDomain: false,
    readsAreLocal: storage.isLocal === true,
    instanceId,
    now: clock,
    newId,
    read: <R extends Read>(question: R) => ask(question) as Promise<ReadAnswer<R>>,
    search: (search) => retryUnreachable(() => storage.search(instanceId, askableSearch(search))),
    explainSearch:
      explainSearch && ((search) => retryUnreachable(() => explainSearch(instanceId, askableSearch(search)))),
    async readEvents(query) {
      const askable = askableQuery(query)
      if (askable === undefined) return []
      return (await retryUnreachable(() => storage.readEvents(instanceId, askable))).map(shown)
    },
    async readLog(query) {
      const askable = askableQuery(query)
      return askable === undefined ? [] : retryUnreachable(() => storage.readEvents(instanceId, askable))
    },
    rewriteEvents: (aggregate, rewrite) => storage.rewriteEvents(instanceId, aggregate, rewrite),
    inTurn: createTurns(),
    async write<T>(
      actor: Actor,
      plan: (draft: CommitDraft) => Promise<Plan<T>>,
      keep?: KeepAnswer,
      signal?: AbortSignal,
    ): Promise<T> {
      let missing = 0
      for (let attempt = 1; ; attempt += 1) {
        const planned = await plan(new CommitDraft())
        if (planned.draft === undefined && keep === undefined) return planned.answer
        const { draft, answer } = planned.draft === undefined ? keptAlone(instanceId, planned.answer) : planned
        const commitment = draft.commit(clock(), actor)
        if (limits !== undefined) requireWithinLimits(limits, commitment)
        const outcome = await commit(
          keep === undefined ? commitment : { ...commitment, keepAnswer: keep(answer) },
          signal,
        )
        if (outcome.outcome === 'applied') {
          events.announce(() => storedEvents(commitment, outcome).map(shown))
          options.outbox.send(draft.messages)
          outcome.announceMore?.()
          return answer({ at: outcome.at, sequenceOf: (index) => outcome.sequences[index] ?? '0' })
        }
        if (outcome.outcome === 'missing') missing += 1
        refuseCommit(outcome, missing)
        if (attempt === maxAttempts) throw new ContentionError(attempt)
        // Waiting a different time each lets contenders of other processes pass one by one.
        if (attempt > eagerAttempts) await pause(Math.random() * Math.min(maxDelayMs, attempt))
      }
    },
    writeUnread:
      commitInTurn &&
      ((actor, draft, signal, permit) => {
        const commitment: Permittable = draft().commit(clock(), actor)
        if (permit !== undefined) commitment.permit = permit
        // What is stored already no limit is about, and without reads nobody knows what that is.
        if (limits !== undefined && !isWithinLimits(limits, commitment)) return Promise.resolve({ outcome: 'declined' })
        return (isCreation(commitment) ? make! : commitInTurn)(commitment, signal)
      }),
    homeOrgs: new HomeOrgs(),
    checksUnread: storage.checksUnread === true,
  }
}

/** A commit that nobody else holds yet. To copy it for one member more takes the engine as long as to put it together. */
interface Permittable extends Commit {
  permit?: Permit
}

/** Stores nothing but the answer, which is kept with a commit like any other. */
function keptAlone<T>(instanceId: string, answer: T) {
  const draft = new CommitDraft()
  draft.aggregate({ type: 'instance', id: instanceId }, { owner: '', expect: 'live', revise: false })
  return { draft, answer: () => answer }
}

/** What of a commit without reads was stored, under its owner. */
function writtenOf(
  commit: Commit,
  { owner, put }: { readonly owner: string; readonly put: readonly number[] },
): Commit {
  if (isCreation(commit)) return commit
  return {
    ...commit,
    aggregates: commit.aggregates.map((change) => ({
      ...change,
      owner,
      events: put.map((entry) => change.events[commit.putEntries![entry]!.stamp.event]!),
    })),
  }
}
