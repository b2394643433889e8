import {
  type AggregateChange,
  type Applied,
  type Commit,
  type EntryPut,
  type Permit,
  payloadTextOf,
  type RecordPut,
} from '@indwell/core'
import {
  type Columns,
  foldedColumns,
  foldedValue,
  indexesOfEntry,
  type KnownIndexes,
  recordTables,
  type TableNames,
} from '@indwell/storage-kysely'
import type { Run } from '../connections'
import { formatPosition } from '../feed/position'
import { encodeColumn } from '../load/decode-record'
import { type StatementValues, statementCache } from '../statement-cache'
import { type CreationShape, creationStatement } from './creation-statement'
import { bufferOf } from './entry-parts'
import { permitValues, placeOfCall } from './permit-values'
import { aggregateId } from './take-round'

/** A commit that makes one aggregate, and does nothing else. */
export interface Creation {
  readonly shape: CreationShape
  readonly values: StatementValues
  readonly commit: Commit
  readonly kept: readonly AggregateChange[]
}

/**
 * Applies it in the one statement that also looks at what it depends on; `undefined` where a condition does not hold, and
 * then nothing was written.
 */
export function creator(names: TableNames) {
  const statementOf = statementCache(
    ({ owners, kept, records, claims, entries, permit }: CreationShape) =>
      [
        ...[owners, kept.join(' '), claims, entries, permit?.place, permit?.owned],
        ...records.map(({ kind, created }) => `${kind} ${created}`),
      ].join(),
    (shape) => creationStatement(names, shape),
  )
  return async (run: Run, instanceId: string, creation: Creation): Promise<Applied | undefined> => {
    const [row] = await run(statementOf(creation.shape), { instance: instanceId, ...creation.values })
    if (row === undefined) return undefined
    const [time, transaction, positions, ...sequences] = row
    const { commit, kept } = creation
    return {
      outcome: 'applied',
      at: Number(time),
      sequences: commit.aggregates.map((change) => sequences[kept.indexOf(change)] ?? String(change.events.length)),
      positions: positions!.split(',').map((position) => formatPosition(transaction!, position)),
    }
  }
}

/**
 * `undefined` for what is more than the making of one aggregate.
 *
 * @param permit - Has to hold as well. An org that is made is in no other one.
 */
export function creationOf(commit: Commit, indexes: KnownIndexes, permit?: Permit): Creation | undefined {
  const { aggregates, actor, put = [], putEntries = [], takeClaims = [] } = commit
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
  kept.sort((a, b) => (aggregateId(a.key) < aggregateId(b.key) ? -1 : 1))
  const { type, id } = made.key
  const values: Record<string, unknown> = {
    at: commit.at,
    actorType: actor.type,
    actorId: actor.id,
    actorReason: actor.reason,
    ids: [id],
    type,
    id,
    owner: made.owner,
    count: made.events.length,
    revision: made.revise ? 1 : 0,
    'event.places': made.events.map((_, index) => index + 1),
    'event.types': made.events.map((event) => event.type),
    'event.payloads': made.events.map(payloadTextOf),
  }
  owners.forEach((owner, number) => {
    values[`owner${number}`] = owner
  })
  kept.forEach(({ key }, number) => {
    values[`kept${number}.type`] = key.type
    values[`kept${number}.id`] = key.id
  })
  if (takeClaims.length > 0) {
    values['claim.types'] = takeClaims.map((claim) => claim.type)
    values['claim.values'] = takeClaims.map((claim) => claim.value)
    values['claim.ownerTypes'] = takeClaims.map((claim) => claim.ownerType)
    values['claim.ownerIds'] = takeClaims.map((claim) => claim.ownerId)
  }
  if (putEntries.length > 0) addEntries(values, putEntries, indexes)
  for (const one of put) addRecord(values, one)
  if (permit !== undefined) Object.assign(values, permitValues(permit))
  const shape: CreationShape = {
    owners: owners.length,
    kept: kept.map(({ revise }) => revise),
    records: put.map(({ kind, created }) => ({ kind, created })),
    claims: takeClaims.length > 0,
    entries: putEntries.length > 0,
    permit: permit && { place: placeOfCall(permit), owned: type !== 'org' },
  }
  return { shape, values, commit, kept }
}

function hasMore(commit: Commit): boolean {
  const { expectEntries, remove, removeEntries, removeHeldBy, releaseClaims, keepAnswer } = commit
  return [expectEntries, remove, removeEntries, removeHeldBy, releaseClaims, keepAnswer].some(
    (more) => more !== undefined,
  )
}

const isKept = ({ expect, events, removes }: AggregateChange) =>
  expect === 'live' && events.length === 0 && removes !== true

function addEntries(values: Record<string, unknown>, puts: readonly EntryPut[], indexes: KnownIndexes): void {
  values.indexes = indexes.version
  values['entry.places'] = puts.map(({ stamp }) => stamp.event + 1)
  values['entry.subjectTypes'] = puts.map(({ key }) => key.subjectType)
  values['entry.subjectIds'] = puts.map(({ key }) => key.subjectId)
  values['entry.namespaces'] = puts.map(({ key }) => key.namespace)
  values['entry.keys'] = puts.map(({ key }) => key.key)
  values['entry.json'] = puts.map(({ value }) => ('json' in value ? value.json : null))
  values['entry.bytes'] = puts.map(({ value }) => ('bytes' in value ? bufferOf(value.bytes) : null))
}

function addRecord(values: Record<string, unknown>, { kind, record, stamp }: RecordPut): void {
  const memberOf = (member: string): unknown => Reflect.get(record, member)
  for (const [member, column] of Object.entries(recordTables[kind].columns as Columns)) {
    values[`${kind}.${column.name}`] = encodeColumn(memberOf(member), column)
  }
  for (const { name, member } of foldedColumns(kind)) values[`${kind}.${name}`] = foldedValue(memberOf(member))
  values[`${kind}.sequence`] = stamp!.event + 1
}
