import type { Applied, Commit, Stamp } from '@indwell/core'
import type { Connection } from '../connection'
import { addToSequence } from './add-to-sequence'
import { type AggregateStates, moveAggregate } from './aggregate-states'
import { insertEvent } from './insert-event'
import { keepAnswer } from './keep-answer'
import { putEntry } from './put-entry'
import { putRecord } from './put-record'
import { releaseClaim } from './release-claim'
import { removeEntry } from './remove-entry'
import { removeHeldBy } from './remove-held-by'
import { removeRecord } from './remove-record'
import { takeClaim } from './take-claim'

/** Writes a commit whose conditions were checked; its aggregates are only moved in `states`. */
export function writeCommit(
  connection: Connection,
): (instanceId: string, commit: Commit, states: AggregateStates) => Applied {
  const insert = insertEvent(connection)
  const removeOneRecord = removeRecord(connection)
  const removeOneEntry = removeEntry(connection)
  const removeAllHeldBy = removeHeldBy(connection)
  const release = releaseClaim(connection)
  const putOneRecord = putRecord(connection)
  const putOneEntry = putEntry(connection)
  const take = takeClaim(connection)
  const keep = keepAnswer(connection)

  return (instanceId, commit, states) => {
    const { aggregates, actor } = commit
    let at = commit.at
    for (const { key } of aggregates) at = Math.max(at, states.get(key).changedAt)

    const bases: string[] = []
    const sequences: string[] = []
    const positions: string[] = []
    for (const change of aggregates) {
      const { key, owner, events } = change
      const state = states.get(key)
      const base = state.sequence
      for (let i = 0; i < events.length; i++) {
        const sequence = addToSequence(base, i + 1)
        positions.push(insert(instanceId, events[i]!, { aggregate: key, owner, sequence, actor, at }))
      }
      moveAggregate(state, change, at)
      bases.push(base)
      sequences.push(state.sequence)
    }

    const stampValue = ({ aggregate, event }: Stamp) => ({ sequence: addToSequence(bases[aggregate]!, event + 1), at })
    if (commit.removeHeldBy !== undefined) {
      states.save()
      removeAllHeldBy(instanceId, commit.removeHeldBy.orgId)
    }
    for (const removal of commit.remove ?? []) removeOneRecord(instanceId, removal)
    for (const removal of commit.removeEntries ?? []) removeOneEntry(instanceId, removal)
    for (const claim of commit.releaseClaims ?? []) release(instanceId, claim)
    for (const put of commit.put ?? []) putOneRecord(instanceId, put, put.stamp && stampValue(put.stamp))
    for (const { key, value, stamp } of commit.putEntries ?? []) {
      putOneEntry(instanceId, key, value, aggregates[stamp.aggregate]!.owner, stampValue(stamp))
    }
    for (const claim of commit.takeClaims ?? []) take(instanceId, claim)
    if (commit.keepAnswer !== undefined) keep(instanceId, commit, commit.keepAnswer, { at, sequences })
    return { outcome: 'applied', at, sequences, positions }
  }
}
