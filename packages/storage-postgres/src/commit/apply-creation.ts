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
import {
  type CreationShape,
  type claimColumns,
  creationStatement,
  type eventColumns,
  ownSlot,
} from './creation-statement'
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
    ({ owners, kept, records, events, claims, entries, permit }: CreationShape) =>
      [
        ...[owners, kept.join(' '), events, claims, entries, permit?.place, permit?.owned],
        ...records.map(({ kind, created }) => `${kind} ${created}`),
      ].join(),
    (shape) => creationStatement(names, shape),
  )
  return async (run: Run, instanceId: string, creation: Creation): Promise<Applied | undefined> => {
    const [row] = await run(statementOf(creation.shape), { instance: instanceId, ...creation.values })
    if (row === undefined) return undefined
    const [time, written, ...sequences] = row
    const [transaction, positions] = written!.split(' ') as [string, string]
    const { commit, kept } = creation
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
    type,
    id,
    owner: made.owner,
    count: made.events.length,
    revision: made.revise ? 1 : 0,
  }
  const events = addRows(values, 'event', {
    nth: made.events.map((_, index) => index + 1),
    type: made.events.map((event) => event.type),
    payload: made.events.map(payloadTextOf),
  } satisfies Record<keyof typeof eventColumns, unknown>)
  owners.forEach((owner, number) => {
    values[`owner${number}`] = owner
  })
  kept.forEach(({ key }, number) => {
    values[`kept${number}.type`] = key.type
    values[`kept${number}.id`] = key.id
  })
  const claims = addRows(values, 'claim', {
    type: takeClaims.map((claim) => claim.type),
    value: takeClaims.map((claim) => claim.value),
    owner_type: takeClaims.map((claim) => claim.ownerType),
    owner_id: takeClaims.map((claim) => claim.ownerId),
  } satisfies Record<keyof typeof claimColumns, unknown>)
  if (putEntries.length > 0) addEntries(values, putEntries, indexes)
  for (const one of put) addRecord(values, one)
  if (permit !== undefined) Object.assign(values, permitValues(permit))
  const shape: CreationShape = {
    owners: owners.length,
    kept: kept.map(({ revise }) => revise),
    records: put.map(({ kind, created }) => ({ kind, created })),
    events,
    claims,
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

/** Rows that have values of their own in the statement, at most: each number of them is a statement of its own. */
const maxOwnRows = 6

/** Answers how many they are, where each has values of its own. */
function addRows(
  values: Record<string, unknown>,
  name: string,
  columns: Readonly<Record<string, readonly unknown[]>>,
): number | undefined {
  const [{ length } = []] = Object.values(columns)
  if (length > maxOwnRows) {
    for (const [column, list] of Object.entries(columns)) values[`${name}.${column}`] = list
    return undefined
  }
  for (const [column, list] of Object.entries(columns)) {
    for (const [number, value] of list.entries()) values[ownSlot(name, column, number)] = value
  }
  return length
}

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
