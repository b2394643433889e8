import type { Applied, Commit } from './storage/commit'
import type { StoredEvent } from './storage/records'

/** The events of a commit as the storage has them now. */
export function storedEvents(commit: Commit, { at, sequences, positions }: Applied): readonly StoredEvent[] {
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
