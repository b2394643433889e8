import {
  type AggregateChange,
  type Applied,
  type Claim,
  type Commit,
  compareSequences,
  type EntryPut,
  type Permit,
} from '@indwell/core'
import { indexesOfEntry, type KnownIndexes, type TableNames } from '@indwell/storage-kysely'
import type { Run } from '../connections'
import { formatPosition } from '../feed/position'
import { compareText } from '../load/compare-text'
import { binderCache } from '../statement-cache'
import { isDuplicate, isLostRace, isReferenced, translateError } from '../translate-error'
import { type CreationShape, creationStatement } from './creation-statement'
import { type CreationRun, creationTaker } from './creation-values'
import { cutAtSpace } from './joined-text'
import { placeOfCall } from './permit-values'
import { aggregateId } from './take-round'

/** In one text: shapes that differ are told apart by it. */
function shapeKey({ made, owners, kept, records, events, claims, entries, permit }: CreationShape): string {
  let key = `${made} ${owners} ${entries} ${permit?.place} ${permit?.owned}`
  for (const { type, revises } of kept) key += `,${type} ${revises}`
  key += ';'
  for (const { kind, created } of records) key += `,${kind} ${created}`
  key += events === undefined ? ';;' : ';'
  if (events !== undefined) for (const type of events) key += `,${type}`
  key += claims === undefined ? ';;' : ';'
  if (claims !== undefined) for (const ownerType of claims) key += `,${ownerType}`
  return key
}

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
  const binderOf = binderCache(shapeKey, (shape) => creationStatement(names, shape), creationTaker)
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
    const { commit, made, kept } = creation.run
    return {
      outcome: 'applied',
      at: Number(time),
      sequences: commit.aggregates.map((change) =>
        change === made ? String(made.events.length) : sequences[kept.indexOf(change)]!,
      ),
      positions: positionsOf(written!),
    }
  }
}

/** Of events in their order, however the server gathered them. */
function positionsOf(written: string): readonly string[] {
  const [transaction, places] = cutAtSpace(written)
  return places
    .split(',')
    .sort(compareSequences)
    .map((place) => formatPosition(transaction, place))
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
  if (put.length > 1 && new Set(put.map(({ kind }) => kind)).size < put.length) return undefined
  const isPlain = ({ key, stamp }: EntryPut) => stamp.aggregate === place && indexesOfEntry(indexes, key).length === 0
  if (!putEntries.every(isPlain)) return undefined

  const owners = ownersOf(aggregates)
  if (kept.length > 1) kept.sort((a, b) => (aggregateId(a.key) < aggregateId(b.key) ? -1 : 1))
  const claims = takeClaims.length > 1 ? [...takeClaims].sort(byClaim) : takeClaims
  const shape: CreationShape = {
    made: made.key.type,
    owners: owners.length,
    kept: kept.map(({ key, revise }) => ({ type: key.type, revises: revise })),
    records: put,
    events: made.events.length > maxOwnRows ? undefined : made.events.map(({ type }) => type),
    claims: claims.length > maxOwnRows ? undefined : claims.map(({ ownerType }) => ownerType),
    entries: putEntries.length > 0,
    permit: permit && { place: placeOfCall(permit), owned: made.key.type !== 'org' },
  }
  return { shape, run: { instanceId, indexVersion: indexes.version, commit, made, kept, owners, claims, permit } }
}

/** Those who take the same claims do so in the same order, and so never wait for each other. */
const byClaim = (a: Claim, b: Claim) =>
  a.type === b.type ? compareText(a.value, b.value) : compareText(a.type, b.type)

/** Each once, in their order. */
function ownersOf(aggregates: readonly AggregateChange[]): readonly string[] {
  const owners: string[] = []
  for (const { owner } of aggregates) if (owner !== '' && !owners.includes(owner)) owners.push(owner)
  return owners.sort()
}

/** Rows that have values of their own in the statement, at most: each list of their types is a statement of its own. */
const maxOwnRows = 6

function hasMore(commit: Commit): boolean {
  const { expectEntries, remove, removeEntries, removeHeldBy, releaseClaims, keepAnswer } = commit
  const isMore = expectEntries !== undefined || remove !== undefined || removeEntries !== undefined
  return isMore || removeHeldBy !== undefined || releaseClaims !== undefined || keepAnswer !== undefined
}

const isKept = ({ expect, events, removes }: AggregateChange) =>
  expect === 'live' && events.length === 0 && removes !== true
