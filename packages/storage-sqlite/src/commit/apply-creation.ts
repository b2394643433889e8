import type { AggregateChange, Applied, Commit } from '@indwell/core'
import type { KnownIndexes } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { callOnDemand } from '../on-demand'
import type { AggregateStates } from './aggregate-states'
import { refusal } from './check-commit'
import { releaseClaim } from './release-claim'
import { takeClaim } from './take-claim'
import type { CommitWriter } from './write-commit'

/**
 * Applies a commit that makes one aggregate, in statements that look and write at once; `undefined` where that cannot be or
 * a condition does not hold, and then nothing was written.
 */
export function applyCreation(
  connection: Connection,
  write: CommitWriter,
): (instanceId: string, commit: Commit, states: AggregateStates, indexes: KnownIndexes) => Applied | undefined {
  const take = callOnDemand(() => takeClaim(connection))
  const release = callOnDemand(() => releaseClaim(connection))

  return (instanceId, commit, states, indexes) => {
    const created = onlyCreated(commit)
    if (created === undefined) return undefined
    let at = commit.at
    for (const { key, expect } of commit.aggregates) {
      if (key === created.key) continue
      const state = states.get(key)
      if (refusal(state, expect) !== undefined) return undefined
      at = Math.max(at, state.changedAt)
    }
    const { takeClaims = [] } = commit
    const taken = takeClaims.findIndex((claim) => !take(instanceId, claim))
    if (taken < 0 && states.create(created, at)) {
      const applied = write(instanceId, commit, states, indexes, 'has its claims')
      states.get(created.key).unsaved = 'nothing'
      return applied
    }
    for (const claim of taken < 0 ? takeClaims : takeClaims.slice(0, taken)) release(instanceId, claim)
    return undefined
  }
}

/** The one aggregate that a commit makes, unless it depends on more than aggregates and claims. */
function onlyCreated(commit: Commit): AggregateChange | undefined {
  const { aggregates, expectEntries, releaseClaims, removeHeldBy, keepAnswer } = commit
  const isMore = expectEntries !== undefined || releaseClaims !== undefined
  if (isMore || removeHeldBy !== undefined || keepAnswer !== undefined) return undefined
  const created = aggregates.filter(({ expect }) => expect === 'new')
  const [only] = created
  return created.length === 1 && only!.events.length > 0 && only!.removes !== true ? only : undefined
}
