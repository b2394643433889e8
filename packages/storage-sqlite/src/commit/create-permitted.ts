import type { Commit, UnreadCommit, UnreadOutcome } from '@indwell/core'
import { noIndexes } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { readIndexes } from '../metadata-indexes/read-indexes'
import type { AggregateStates } from './aggregate-states'
import { applyCreation } from './apply-creation'
import type { PermitChecker } from './check-permit'
import { writeCommit } from './write-commit'

/**
 * Makes the one aggregate of a commit where its permit holds; declined, with nothing written, where anything is in its way.
 * What is kept for it moves in `states`.
 */
export function createPermitted(
  connection: Connection,
  placeOf: PermitChecker,
): (instanceId: string, commit: UnreadCommit, states: AggregateStates) => UnreadOutcome {
  const create = applyCreation(connection, writeCommit(connection))
  const indexes = readIndexes(connection)

  return (instanceId, commit, states) => {
    const { permit } = commit
    if (permit === undefined || !makesOne(commit)) return { outcome: 'declined' }
    const org = placeOf(instanceId, permit, commit.at)
    const { key, owner } = commit.aggregates.find(({ expect }) => expect === 'new')!
    if (org === undefined || (key.type !== 'org' && owner !== org)) return { outcome: 'declined' }
    const known = commit.putEntries === undefined ? noIndexes : indexes.read(instanceId)
    const applied = create(instanceId, commit, states, known)
    if (applied === undefined) return { outcome: 'declined' }
    const put = commit.putEntries?.map((_, place) => place) ?? []
    const { at, sequences, positions } = applied
    return { outcome: 'applied', at, sequences, positions, owner, createdAt: at, put }
  }
}

/** Whether nothing is changed but what is made. */
function makesOne({ aggregates, remove, removeEntries }: Commit): boolean {
  const others = aggregates.filter(({ expect }) => expect !== 'new')
  return remove === undefined && removeEntries === undefined && others.every(({ events }) => events.length === 0)
}
