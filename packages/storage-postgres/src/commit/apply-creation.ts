import type { AggregateChange, Applied, Commit, EntryPut, Permit } from '@indwell/core'
import { indexesOfEntry, type KnownIndexes, type TableNames } from '@indwell/storage-kysely'
import type { Run } from '../connections'
import { formatPosition } from '../feed/position'
import { binderCache } from '../statement-cache'
import { isDuplicate, isLostRace, isReferenced, translateError } from '../translate-error'
import { type CreationShape, creationStatement } from './creation-statement'
import { type CreationRun, creationTaker } from './creation-values'
import { placeOfCall } from './permit-values'
import { aggregateId } from './take-round'

/** A commit that makes one aggregate, and does nothing else. */
export interface Creation {
  readonly shape: CreationShape
  readonly run: CreationRun
}

/**
 * Applies it in the one statement that also looks at what it depends on; `undefined` where a condition does not hold or
 * others were faster, and then nothing was written.
 *
 * @throws as `translateError` says of a write.
 */
export function creator(names: TableNames) {
  const binderOf = binderCache(
    ({ owners, kept, records, events, claims, entries, permit }: CreationShape) =>
      [
        ...[owners, kept.join(' '), events, claims, entries, permit?.place, permit?.owned],
        ...records.map(({ kind, created }) => `${kind} ${created}`),
      ].join(),
    (shape) => creationStatement(names, shape),
    creationTaker,
  )
  /** Where a key or a lock was in the way, all was undone. */
  const overtaken = (error: unknown): readonly [] => {
    if (isLostRace(error, names) || isReferenced(error) || isDuplicate(error)) return []
    throw translateError(error, 'write')
  }
  return async (run: Run, creation: Creation): Promise<Applied | undefined> => {
    const { statement, valuesOf } = binderOf(creation.shape)
    const [row] = await run(statement, valuesOf(creation.run)).catch(overtaken)
    if (row === undefined) return undefined
    const [time, written, ...sequences] = row
    const [transaction, positions] = written!.split(' ') as [string, string]
    const { commit, kept } = creation.run
    return {
      outcome: 'applied',
      at: Number(time),
      sequences: commit.aggregates.map((change) => sequences[kept.indexOf(change)] ?? String(change.events.length)),
      positions: positions.split(',').map((position) => formatPosition(transaction, position)),
    }
  }
}

/**
 * `undefined` for what is more than the making of one aggregate.
 *
 * @param permit - Has to hold as well. An org that is made is in no other one.
 */
export function creationOf(
  instanceId: string,
  commit: Commit,
  indexes: KnownIndexes,
  permit?: Permit,
): Creation | undefined {
  const { aggregates, put = [], putEntries = [], takeClaims = [] } = commit
  if (hasMore(commit)) return undefined
  const place = aggregates.findIndex(({ expect }) => expect === 'new')
  const made = aggregates[place]
  if (made === undefined || made.events.length === 0 || made.removes === true) return undefined
  const kept = aggregates.filter((change) => change !== made)
  if (!kept.every(isKept) || !put.every((one) => one.stamp?.aggregate === place)) return undefined
  if (new Set(put.map(({ kind }) => kind)).size < put.length) return undefined
  const isPlain = ({ key, stamp }: EntryPut) => stamp.aggregate === place && indexesOfEntry(indexes, key).length === 0
  if (!putEntries.every(isPlain)) return undefined

  const owners = [...new Set(aggregates.map(({ owner }) => owner))].filter((owner) => owner !== '').sort()
  if (kept.length > 1) kept.sort((a, b) => (aggregateId(a.key) < aggregateId(b.key) ? -1 : 1))
  const shape: CreationShape = {
    owners: owners.length,
    kept: kept.map(({ revise }) => revise),
    records: put.map(({ kind, created }) => ({ kind, created })),
    events: ownRows(made.events),
    claims: ownRows(takeClaims),
    entries: putEntries.length > 0,
    permit: permit && { place: placeOfCall(permit), owned: made.key.type !== 'org' },
  }
  return { shape, run: { instanceId, indexVersion: indexes.version, commit, made, kept, owners, permit } }
}

/** Rows that have values of their own in the statement, at most: each number of them is a statement of its own. */
const maxOwnRows = 6

const ownRows = ({ length }: readonly unknown[]) => (length > maxOwnRows ? undefined : length)

function hasMore(commit: Commit): boolean {
  const { expectEntries, remove, removeEntries, removeHeldBy, releaseClaims, keepAnswer } = commit
  return [expectEntries, remove, removeEntries, removeHeldBy, releaseClaims, keepAnswer].some(
    (more) => more !== undefined,
  )
}

const isKept = ({ expect, events, removes }: AggregateChange) =>
  expect === 'live' && events.length === 0 && removes !== true
