import { isCreation, type Permit, type UnreadCommit, type UnreadOutcome } from '@indwell/core'
import { indexesOfEntry, valuesOfEntry } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import type { FileState } from '../load/file-state'
import type { PrincipalLoader } from '../load/load-principal'
import { readIndexes } from '../metadata-indexes/read-indexes'
import { indexedValues } from '../metadata-indexes/write-values'
import { callOnDemand, onDemand } from '../on-demand'
import { writeTransaction } from '../transactions'
import { isReferenced } from '../translate-error'
import { addToSequence } from './add-to-sequence'
import { type AggregateStates, aggregateStates } from './aggregate-states'
import { checkPermit } from './check-permit'
import { createPermitted } from './create-permitted'
import { insertEvent } from './insert-event'
import { putEntry } from './put-entry'
import { subjectStates } from './subject-state'

const declined: UnreadOutcome = { outcome: 'declined' }
const missing: UnreadOutcome = { outcome: 'missing' }

/**
 * Writes the entries of a commit save for those that hold their values, as the statements that write them say. What it depends
 * on besides, a permit or a sequence, is looked at in the same transaction.
 *
 * @param file - Absent: nobody remembers what was read of it.
 */
export function applyUnread(
  connection: Connection,
  loadPrincipal: PrincipalLoader,
  file: FileState | undefined,
): (instanceId: string, commits: readonly UnreadCommit[]) => readonly UnreadOutcome[] {
  const transact = writeTransaction(connection)
  const statesOf = aggregateStates(connection)
  const subjects = subjectStates(connection)
  const putOne = putEntry(connection, 'differing')
  const insert = insertEvent(connection)
  const indexes = readIndexes(connection)
  const indexed = onDemand(() => indexedValues(connection))
  const placeOf = checkPermit(loadPrincipal)
  const create = callOnDemand(() => createPermitted(connection, placeIn))
  /** What was found to hold in the batch, by caller. */
  const held = new Map<string, { readonly permit: Permit; readonly at: number; readonly org: string }>()

  return (instanceId, commits) => {
    try {
      return transact(() => {
        held.clear()
        let states: AggregateStates | undefined
        const outcomes = commits.map((commit) => {
          if (isCreation(commit)) {
            states ??= statesOf(instanceId)
            return create(instanceId, commit, states)
          }
          // Sets begin with what the table has.
          states?.save()
          return apply(instanceId, commit)
        })
        states?.save()
        return outcomes
      })
    } catch (error) {
      // Callers may have been read behind what was undone.
      file?.change()
      if (!isReferenced(error)) throw error
      return commits.map(() => declined)
    }
  }

  /** Callers that come together are often one, and neither entries that are put nor what is made takes rights away. */
  function placeIn(instanceId: string, permit: Permit, at: number): string | undefined {
    const before = held.get(permit.userId)
    if (before?.at === at && isSamePermit(before.permit, permit)) return before.org
    const org = placeOf(instanceId, permit, at)
    if (org !== undefined) held.set(permit.userId, { permit, at, org })
    return org
  }

  function apply(instanceId: string, commit: UnreadCommit): UnreadOutcome {
    const { aggregates, putEntries = [], permit, actor } = commit
    const org = permit && placeIn(instanceId, permit, commit.at)
    if (permit !== undefined && org === undefined) return declined
    const { key, expect, events, revise } = aggregates[0]!
    const subject = subjects.read(instanceId, key, putEntries.length === 1 ? putEntries[0]!.key : undefined)
    if (subject === undefined) return permit === undefined ? missing : declined
    const { owner, changedAt, createdAt } = subject
    if (org !== undefined && owner !== org) return declined
    if (typeof expect === 'object' && 'sequence' in expect && subject.sequence !== expect.sequence) return declined

    const known = indexes.readAt(instanceId, subject.indexVersion)
    const at = Math.max(commit.at, changedAt)
    const put: number[] = []
    const positions: string[] = []
    let { sequence } = subject
    for (let place = 0; place < putEntries.length; place += 1) {
      const { key: entry, value, stamp } = putEntries[place]!
      const next = addToSequence(sequence, 1)
      if (!putOne(instanceId, entry, value, owner, { sequence: next, at })) continue
      sequence = next
      put.push(place)
      positions.push(insert(instanceId, events[stamp.event]!, { aggregate: key, owner, sequence, actor, at }))
      for (const index of indexesOfEntry(known, entry)) {
        indexed().replace(instanceId, index, { subjectId: entry.subjectId, owner }, valuesOfEntry(index, value))
      }
    }
    if (put.length === 0) return { outcome: 'unchanged', owner, sequence, changedAt, createdAt }
    subjects.move(instanceId, key, sequence, revise, at)
    // The aggregate, and for each entry its event and itself: nothing that is remembered of callers.
    file?.passOver(1 + 2 * put.length)
    return { outcome: 'applied', at, sequences: [sequence], positions, owner, put, createdAt }
  }
}

/** Of one caller. */
const isSamePermit = (a: Permit, b: Permit): boolean =>
  a.orgId === b.orgId && a.homeOrgId === b.homeOrgId && a.roles === b.roles
