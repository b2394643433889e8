import {
  type Commit,
  type CommitOutcome,
  type DirectoryStorage,
  OutcomeUnknownError,
  type Page,
  type Search,
  type SearchResult,
  type TransactionStorage,
  type UnreadCommit,
} from '@indwell/core'
import { commitSpared, eventsOf, faultyTransaction, type TransactionFaults } from './faulty-transaction'
import type { LateSearches } from './late-searches'
import { askedFor, type StorageFaults } from './storage-faults'

/** A storage that fails where it shall, and hands everything over as it is where not. */
export function faultyStorage(storage: DirectoryStorage, faults: StorageFaults, late: LateSearches): DirectoryStorage {
  return {
    ...storage,
    async load(instanceId, reads) {
      faults.refuse({ operation: 'load', events: [] }, reads)
      return storage.load(instanceId, reads)
    },
    async search<S extends Search>(instanceId: string, search: S): Promise<Page<SearchResult<S>>> {
      // The directory makes the question anew when it asks again.
      if (faults.areArmed) faults.refuse({ operation: 'search', events: [] }, JSON.stringify(search))
      return (late.storageFor(search) ?? storage).search(instanceId, search)
    },
    async readEvents(instanceId, query) {
      faults.refuse({ operation: 'readEvents', events: [] }, query)
      return storage.readEvents(instanceId, query)
    },
    async commit(instanceId, commits) {
      const outcomes = faults.areArmed
        ? await commitWith(faults, commits, (spared) => storage.commit(instanceId, spared), late)
        : await storage.commit(instanceId, commits)
      if (outcomes.some(isApplied)) await late.written()
      return outcomes
    },
    ...(storage.within && {
      within: (transaction: unknown) => faultyTransaction(storage.within!(transaction), faults, { events: [] }),
    }),
    ...(storage.transaction && {
      async transaction<T>(work: (within: TransactionStorage, connection: unknown) => Promise<T>): Promise<T> {
        const known: TransactionFaults = { events: [] }
        const answer = await storage.transaction!(async (within, connection) => {
          const done = await work(faultyTransaction(within, faults, known), connection)
          // Whoever went on regardless has nothing to commit.
          if (known.lost !== undefined) throw known.lost
          return done
        })
        await late.written()
        const call = { operation: 'commit', events: known.events } as const
        if (known.events.length > 0 && faults.take(['outcome_unknown'], call) !== undefined) {
          throw new OutcomeUnknownError({ cause: askedFor() })
        }
        return answer
      },
    }),
    ...(storage.commitUnread && {
      // Faults happen to `commit`, which is what a directory turns to.
      commitUnread: async (instanceId: string, commits: readonly UnreadCommit[]) => {
        if (faults.areArmed) return commits.map(() => ({ outcome: 'declined' as const }))
        const outcomes = await storage.commitUnread!(instanceId, commits)
        if (outcomes.some(isApplied)) await late.written()
        return outcomes
      },
    }),
  }
}

const isApplied = ({ outcome }: { readonly outcome: string }) => outcome === 'applied'

async function commitWith(
  faults: StorageFaults,
  commits: readonly Commit[],
  commit: (commits: readonly Commit[]) => ReturnType<DirectoryStorage['commit']>,
  late: LateSearches,
): Promise<readonly CommitOutcome[]> {
  const call = { operation: 'commit', events: commits.flatMap(eventsOf) } as const
  faults.refuse(call, commits)
  const isUnknown = faults.take(['outcome_unknown'], call) !== undefined
  const outcomes = await commitSpared(faults, commits, commit)
  if (isUnknown) {
    await late.written()
    throw new OutcomeUnknownError({ cause: askedFor() })
  }
  return outcomes
}
