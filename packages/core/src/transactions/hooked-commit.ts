import type { CoreOptions } from '../create-core'
import { ContentionError } from '../errors/contention-error'
import { isDirectoryError } from '../errors/directory-error'
import type { TransactionError } from '../errors/transaction-error'
import { shownEvent } from '../events/shown-event'
import { pause, retryUnreachable } from '../retry'
import type { Commit, CommitOutcome } from '../storage/commit'
import type { TransactionStorage } from '../storage/transactions'
import { storedEvents } from '../stored-events'
import { askHook, type HookCommit, type Hooks } from './hooks'

/** An outcome, and what is to be told once the commit itself was: of what a hook wrote along with it. */
export type SettledCommit = CommitOutcome & { readonly announceMore?: () => void }

/** @param signal - Gives it up as long as the storage has nothing of it. */
export type SettleCommit = (commit: Commit, signal?: AbortSignal) => Promise<SettledCommit>

/** What a hook gets of the transaction that it runs in. */
export interface HookSession extends Omit<HookCommit, 'events'> {
  readonly storage: TransactionStorage
  /** Waits for all that was asked of the directory, and answers what tells of it. */
  end(): Promise<() => void>
}

export type RunSession = (work: (session: HookSession) => Promise<SettledCommit>) => Promise<SettledCommit>

/** Makes each commit in a transaction or behind a savepoint of its own, where the hook may still undo it. */
export function hookedCommit(
  { instanceId, metadataRules }: Pick<CoreOptions, 'instanceId' | 'metadataRules'>,
  inTransaction: NonNullable<Hooks['inTransaction']>,
  run: RunSession,
): SettleCommit {
  return (commit, signal) =>
    run(async ({ storage, end, ...session }) => {
      signal?.throwIfAborted()
      const [outcome] = await storage.commit(instanceId, [commit])
      if (outcome!.outcome !== 'applied') return outcome!
      const events = storedEvents(commit, outcome!).map((event) => shownEvent(event, metadataRules))
      await askHook('inTransaction', () => inTransaction({ ...session, events }))
      return { ...outcome!, announceMore: await end() }
    })
}

const maxAttempts = 20
const maxDelayMs = 50

/** Begins the transaction anew where another one was in the way: nothing of it stayed, and it is all there was to do. */
export function tryingAgain(run: RunSession): RunSession {
  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await retryUnreachable(() => run(work))
      } catch (error) {
        if (!isConflict(error)) throw error
        if (attempt === maxAttempts) throw new ContentionError(attempt)
        await pause(Math.random() * maxDelayMs)
      }
    }
  }
}

function isConflict(error: unknown): boolean {
  return (
    isDirectoryError(error) && error.code === 'transaction_failed' && (error as TransactionError).reason === 'conflict'
  )
}
