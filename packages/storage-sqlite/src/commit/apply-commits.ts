import type { Commit, CommitOutcome } from '@indwell/core'
import { noIndexes } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { readIndexes } from '../metadata-indexes/read-indexes'
import { onDemand } from '../on-demand'
import { writeTransaction } from '../transactions'
import { aggregateStates } from './aggregate-states'
import { applyCreation } from './apply-creation'
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
  const indexes = onDemand(() => readIndexes(connection))
  const create = applyCreation(connection, write)

  const indexesFor = (instanceId: string, commits: readonly Commit[]) =>
    commits.some(writesEntries) ? indexes().read(instanceId) : noIndexes

  return (instanceId, commits) => {
    if (commits.length === 0) return []
    return transact(() => {
      const states = statesOf(instanceId)
      const known = indexesFor(instanceId, commits)
      const outcomes = commits.map(
        (commit) =>
          create(instanceId, commit, states, known) ??
          check(instanceId, commit, states) ??
          write(instanceId, commit, states, known),
      )
      states.save()
      return outcomes
    })
  }
}

const writesEntries = ({ putEntries, removeEntries }: Commit) => putEntries !== undefined || removeEntries !== undefined
