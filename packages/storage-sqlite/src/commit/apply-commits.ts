import type { Commit, CommitOutcome } from '@indwell/core'
import { noIndexes } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { readIndexes } from '../metadata-indexes/read-indexes'
import { writeTransaction } from '../transactions'
import { aggregateStates } from './aggregate-states'
import { checkCommit } from './check-commit'
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
  const write = writeCommit(connection)
  const indexesOf = readIndexes(connection)

  return (instanceId, commits) => {
    if (commits.length === 0) return []
    return transact(() => {
      const states = statesOf(instanceId)
      const indexes = commits.some(writesEntries) ? indexesOf(instanceId) : noIndexes
      const outcomes = commits.map(
        (commit) => check(instanceId, commit, states) ?? write(instanceId, commit, states, indexes),
      )
      states.save()
      return outcomes
    })
  }
}

const writesEntries = ({ putEntries, removeEntries }: Commit) => putEntries !== undefined || removeEntries !== undefined
