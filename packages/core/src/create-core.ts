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
import { createTurns } from './idempotency/turns'
import type { NewId } from './ids'
import { isStorable } from './input'
import type { MetadataRules } from './metadata-definition/metadata-rules'
import type { DomainVerifier } from './orgs/verify-org-domain'
import type { RoleTable } from './permissions/role-table'
import type { Policies } from './policies'
import type { RandomBytes } from './randomness'
import { refuseCommit } from './refuse-commit'
import { answerOrRetry, pause, retryUnreachable } from './retry'
import { type Answered, isLater } from './storage/answered'
import type { Applied, Commit, UnreadOutcome } from './storage/commit'
import type { DirectoryStorage } from './storage/directory-storage'
import type { Principal, Read, ReadAnswer, ReadResult } from './storage/read'
import type { StoredEvent } from './storage/records'

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
  readonly events: EventBus
  readonly outbox: Outbox
  readonly idempotencyWindowMs: number
}

const maxReadsPerBatch = 1000
const maxCommitsPerBatch = 200
const maxAttempts = 60
/** Attempts before waiting between them. */
const eagerAttempts = 3
const maxDelayMs = 50

export function createCore({ storage, instanceId, clock, newId, events, ...options }: CoreOptions): Core {
  const read = createBatcher(
    (reads: readonly Read[]) => answerOrRetry(() => storage.load(instanceId, reads)),
    maxReadsPerBatch,
  )
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
  // Where reads cost no round trip, those who write together are served best by one transaction for all.
  let isCrowded = false
  const commit = createBatcher((commits: readonly Commit[]) => {
    isCrowded = storage.isLocal === true && commits.length > 1
    return answerOrRetry(() => storage.commit(instanceId, commits))
  }, maxCommitsPerBatch)
  const commitUnread = storage.commitUnread?.bind(storage)
  const commitAlone =
    commitUnread === undefined
      ? undefined
      : createBatcher((commits: readonly Commit[]): Answered<readonly (UnreadOutcome | undefined)[]> => {
          const [only, ...others] = commits
          isCrowded = storage.isLocal === true && others.length > 0
          if (only === undefined || others.length > 0) return commits.map(() => undefined)
          const outcome = answerOrRetry(() => commitUnread(instanceId, only))
          return isLater(outcome) ? outcome.then((later) => [announced(only, later)]) : [announced(only, outcome)]
        }, maxCommitsPerBatch)
  const announced = (commitment: Commit, outcome: UnreadOutcome): UnreadOutcome => {
    if (outcome.outcome === 'applied') {
      events.announce(() => storedEvents(writtenOf(commitment, outcome), outcome).map(shown))
    }
    return outcome
  }

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
    async write<T>(actor: Actor, plan: (draft: CommitDraft) => Promise<Plan<T>>, keep?: KeepAnswer): Promise<T> {
      let missing = 0
      for (let attempt = 1; ; attempt += 1) {
        const planned = await plan(new CommitDraft())
        if (planned.draft === undefined && keep === undefined) return planned.answer
        const { draft, answer } = planned.draft === undefined ? keptAlone(instanceId, planned.answer) : planned
        const commitment = draft.commit(clock(), actor)
        const outcome = await commit(keep === undefined ? commitment : { ...commitment, keepAnswer: keep(answer) })
        if (outcome.outcome === 'applied') {
          events.announce(() => storedEvents(commitment, outcome).map(shown))
          options.outbox.send(draft.messages)
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
      commitAlone && ((actor, draft) => (isCrowded ? undefined : commitAlone(draft().commit(clock(), actor)))),
  }
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
  return {
    ...commit,
    aggregates: commit.aggregates.map((change) => ({
      ...change,
      owner,
      events: put.map((entry) => change.events[commit.putEntries![entry]!.stamp.event]!),
    })),
  }
}

function storedEvents(commit: Commit, { at, sequences, positions }: Applied): readonly StoredEvent[] {
  let place = 0
  return commit.aggregates.flatMap(({ key, owner, events }, index) => {
    const last = BigInt(sequences[index] ?? '0')
    return events.map(
      ({ type, payload }, number): StoredEvent => ({
        position: positions[place++] ?? '',
        aggregate: key,
        sequence: String(last - BigInt(events.length - 1 - number)),
        type,
        payload,
        owner,
        actor: commit.actor,
        createdAt: at,
      }),
    )
  })
}
