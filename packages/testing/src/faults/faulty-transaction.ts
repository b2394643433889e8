import {
  type Commit,
  type CommitOutcome,
  isDirectoryError,
  type Page,
  type Search,
  type SearchResult,
  type StorageUnavailableError,
  type TransactionStorage,
} from '@indwell/core'
import type { StorageCall } from './faults'
import type { StorageFaults } from './storage-faults'

/** What faults know of one transaction. */
export interface TransactionFaults {
  /** Types of the events that were stored in it. */
  readonly events: string[]
  /** What its connection was lost by: from then on no call reaches the database. */
  lost?: StorageUnavailableError
}

/** The port within a transaction that fails where it shall. Its commit is the host's, or the storage's own. */
export function faultyTransaction(
  within: TransactionStorage,
  faults: StorageFaults,
  known: TransactionFaults,
): TransactionStorage {
  const refuse = (call: StorageCall) => {
    if (known.lost !== undefined) throw known.lost
    const refusal = faults.areArmed ? faults.refusalOf(call) : undefined
    if (isDirectoryError(refusal) && refusal.reason === 'unreachable') known.lost = refusal
    if (refusal !== undefined) throw refusal
  }
  return {
    async load(instanceId, reads) {
      refuse({ operation: 'load', events: [] })
      return within.load(instanceId, reads)
    },
    async search<S extends Search>(instanceId: string, search: S): Promise<Page<SearchResult<S>>> {
      refuse({ operation: 'search', events: [] })
      return within.search(instanceId, search)
    },
    async readEvents(instanceId, query) {
      refuse({ operation: 'readEvents', events: [] })
      return within.readEvents(instanceId, query)
    },
    async commit(instanceId, commits) {
      refuse({ operation: 'commit', events: commits.flatMap(eventsOf) })
      const outcomes = await commitSpared(faults, commits, (spared) => within.commit(instanceId, spared))
      for (const [index, { outcome }] of outcomes.entries()) {
        if (outcome === 'applied') known.events.push(...eventsOf(commits[index]!))
      }
      return outcomes
    },
    rewriteEvents: (instanceId, aggregate, rewrite) => within.rewriteEvents(instanceId, aggregate, rewrite),
    savepoint: (work) => within.savepoint((inner) => work(faultyTransaction(inner, faults, known))),
  }
}

export const eventsOf = ({ aggregates }: Commit): readonly string[] =>
  aggregates.flatMap(({ events }) => events.map(({ type }) => type))

/** Commits those that nobody shall have been faster than. */
export async function commitSpared(
  faults: StorageFaults,
  commits: readonly Commit[],
  commit: (commits: readonly Commit[]) => Promise<readonly CommitOutcome[]> | readonly CommitOutcome[],
): Promise<readonly CommitOutcome[]> {
  const isStale = commits.map(
    (one) => faults.take(['stale'], { operation: 'commit', events: eventsOf(one) }) !== undefined,
  )
  const spared = commits.filter((_, index) => !isStale[index])
  const outcomes = spared.length === 0 ? [] : await commit(spared)
  const left = outcomes[Symbol.iterator]()
  return commits.map((one, index) =>
    isStale[index] ? { outcome: 'stale', aggregate: one.aggregates[0]!.key } : left.next().value!,
  )
}
