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
    ...(storage.transaction && {
      async transaction<T>(work: (within: TransactionStorage, connection: unknown) => Promise<T>): Promise<T> {
        const answer = await storage.transaction!(work)
        await late.written()
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

const eventsOf = ({ aggregates }: Commit) => aggregates.flatMap(({ events }) => events.map(({ type }) => type))

async function commitWith(
  faults: StorageFaults,
  commits: readonly Commit[],
  commit: (commits: readonly Commit[]) => ReturnType<DirectoryStorage['commit']>,
  late: LateSearches,
): Promise<readonly CommitOutcome[]> {
  const call = { operation: 'commit', events: commits.flatMap(eventsOf) } as const
  faults.refuse(call, commits)
  const isStale = commits.map(
    (one) => faults.take(['stale'], { operation: 'commit', events: eventsOf(one) }) !== undefined,
  )
  const isUnknown = faults.take(['outcome_unknown'], call) !== undefined
  const spared = commits.filter((_, index) => !isStale[index])
  const outcomes = spared.length === 0 ? [] : await commit(spared)
  if (isUnknown) {
    await late.written()
    throw new OutcomeUnknownError({ cause: askedFor() })
  }
  const left = outcomes[Symbol.iterator]()
  return commits.map((one, index) =>
    isStale[index] ? { outcome: 'stale', aggregate: one.aggregates[0]!.key } : left.next().value!,
  )
}
