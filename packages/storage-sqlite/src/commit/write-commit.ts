import type { Applied, Commit, EntryRemoval, Stamp } from '@indwell/core'
import { indexesOfEntry, indexesOfSubject, type KnownIndexes, valuesOfEntry } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { indexedValues } from '../metadata-indexes/write-values'
import { callOnDemand, onDemand } from '../on-demand'
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
export type CommitWriter = (
  instanceId: string,
  commit: Commit,
  states: Pick<AggregateStates, 'get' | 'save'>,
  indexes: KnownIndexes,
  claims?: 'has its claims',
) => Applied

export function writeCommit(connection: Connection): CommitWriter {
  const insert = insertEvent(connection)
  const removeOneRecord = callOnDemand(() => removeRecord(connection))
  const removeOneEntry = callOnDemand(() => removeEntry(connection))
  const removeAllHeldBy = callOnDemand(() => removeHeldBy(connection))
  const release = callOnDemand(() => releaseClaim(connection))
  const putOneRecord = putRecord(connection)
  const putOneEntry = callOnDemand(() => putEntry(connection, 'always'))
  const take = callOnDemand(() => takeClaim(connection))
  const indexed = onDemand(() => indexedValues(connection))
  const keep = callOnDemand(() => keepAnswer(connection))

  return (instanceId, commit, states, indexes, claims) => {
    const { aggregates, actor } = commit
    let at = commit.at
    for (const { key } of aggregates) at = Math.max(at, states.get(key).changedAt)

    const numbers: string[][] = []
    const sequences: string[] = []
    const positions: string[] = []
    for (const change of aggregates) {
      const { key, owner, events } = change
      const state = states.get(key)
      const base = state.sequence
      const own: string[] = []
      for (let i = 0; i < events.length; i++) {
        const sequence = addToSequence(base, i + 1)
        own.push(sequence)
        positions.push(insert(instanceId, events[i]!, { aggregate: key, owner, sequence, actor, at }))
      }
      moveAggregate(state, change, at)
      numbers.push(own)
      sequences.push(state.sequence)
    }

    const stampValue = ({ aggregate, event }: Stamp) => ({ sequence: numbers[aggregate]![event]!, at })
    if (commit.removeHeldBy !== undefined) {
      states.save()
      removeAllHeldBy(instanceId, commit.removeHeldBy.orgId)
    }
    for (const removal of commit.remove ?? []) removeOneRecord(instanceId, removal)
    for (const removal of commit.removeEntries ?? []) {
      removeOneEntry(instanceId, removal)
      const { subjectId } = 'of' in removal ? removal.of : removal.key
      indexed().removeSubject(instanceId, indexesOfRemoval(indexes, removal), subjectId)
    }
    for (const claim of commit.releaseClaims ?? []) release(instanceId, claim)
    for (const put of commit.put ?? []) putOneRecord(instanceId, put, put.stamp && stampValue(put.stamp))
    for (const { key, value, stamp } of commit.putEntries ?? []) {
      const { owner } = aggregates[stamp.aggregate]!
      putOneEntry(instanceId, key, value, owner, stampValue(stamp))
      for (const index of indexesOfEntry(indexes, key)) {
        indexed().replace(instanceId, index, { subjectId: key.subjectId, owner }, valuesOfEntry(index, value))
      }
    }
    if (claims === undefined) for (const claim of commit.takeClaims ?? []) take(instanceId, claim)
    if (commit.keepAnswer !== undefined) keep(instanceId, commit, commit.keepAnswer, { at, sequences })
    return { outcome: 'applied', at, sequences, positions }
  }
}

const indexesOfRemoval = (indexes: KnownIndexes, removal: EntryRemoval) =>
  'of' in removal ? indexesOfSubject(indexes, removal.of.subjectType) : indexesOfEntry(indexes, removal.key)
