import type { Commit, CommitOutcome } from '@indwell/core'
import type { Connection } from '../connection'
import { writeTransaction } from '../transactions'
import { aggregateStates } from './aggregate-states'
import { checkCommit } from './check-commit'
import { reservePositions } from './reserve-positions'
import { writeCommit } from './write-commit'

/**
 * Applies a batch in one transaction. A commit is written only after all its conditions were found to hold, so one that
 * is refused has nothing to undo.
 */
export function applyCommits(
  connection: Connection,
): (instanceId: string, commits: readonly Commit[]) => readonly CommitOutcome[] {
  const transact = writeTransaction(connection)
  const statesOf = aggregateStates(connection)
  const check = checkCommit(connection)
  const reserve = reservePositions(connection)
  const write = writeCommit(connection)

  return (instanceId, commits) => {
    if (commits.length === 0) return []
    return transact(() => {
      const states = statesOf(instanceId)
      let position: number | undefined
      const outcomes = commits.map((commit, index) => {
        const refused = check(instanceId, commit, states)
        if (refused !== undefined) return refused
        // For the rest of the batch at once; commits refused later leave gaps, which positions may have.
        position ??= reserve(countEvents(commits, index))
        const applied = write(instanceId, commit, states, position)
        position += applied.positions.length
        return applied
      })
      states.save()
      return outcomes
    })
  }
}

function countEvents(commits: readonly Commit[], from: number): number {
  let count = 0
  for (let i = from; i < commits.length; i++) {
    for (const { events } of commits[i]!.aggregates) count += events.length
  }
  return count
}
