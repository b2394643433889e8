import {
  type AggregateChange,
  type Commit,
  type EntryPut,
  type Permit,
  payloadTextOf,
  type RecordKind,
} from '@indwell/core'
import { type Columns, foldedColumns, foldedValue, recordTables } from '@indwell/storage-kysely'
import { encodeColumn } from '../load/decode-record'
import type { Taker } from '../statement-cache'
import { type CommitRun, commitTakers } from './commit-takers'
import type { CreationShape } from './creation-statement'
import { bytesOf, jsonOf } from './entry-parts'
import { permitTakers } from './permit-values'

/** A commit that makes one aggregate, by what is told apart of it. */
export interface CreationRun extends CommitRun {
  readonly made: AggregateChange
  readonly kept: readonly AggregateChange[]
  readonly owners: readonly string[]
  readonly claims: NonNullable<Commit['takeClaims']>
  readonly permit?: Permit | undefined
}

type Take = Taker<CreationRun>

/** What the slots of `creationStatement` take. */
export function creationTaker(slot: string, { records }: CreationShape): Take {
  const known = ownTakers[slot] ?? commitTakers[slot] ?? permitTakers[slot]
  if (known !== undefined) return known
  const [of = '', column = '', number] = slot.split('.')
  if (of === 'entry') return entryTakers[column]!
  if (of === 'event' || of === 'claim') {
    const take: (run: CreationRun, place: number) => unknown = of === 'event' ? eventTaker(column) : claimTaker(column)
    if (number !== undefined) {
      const place = Number(number)
      return (run) => take(run, place)
    }
    const all = of === 'event' ? (run: CreationRun) => run.made.events : (run: CreationRun) => run.claims
    return (run) => all(run).map((_, place) => take(run, place))
  }
  if (of.startsWith('kept')) {
    const place = Number(of.slice(4))
    return ({ kept }) => kept[place]!.key.id
  }
  if (of.startsWith('owner')) {
    const place = Number(of.slice(5))
    return ({ owners }) => owners[place]
  }
  return recordTaker(
    of as RecordKind,
    column,
    records.findIndex(({ kind }) => kind === of),
  )
}

const ownTakers: Readonly<Record<string, Take>> = {
  id: ({ made }) => made.key.id,
  owner: ({ made }) => made.owner,
  count: ({ made }) => made.events.length,
  revision: ({ made }) => (made.revise ? 1 : 0),
}

function eventTaker(column: string) {
  if (column === 'nth') return (_: CreationRun, place: number) => place + 1
  if (column === 'type') return ({ made }: CreationRun, place: number) => made.events[place]!.type
  return ({ made }: CreationRun, place: number) => payloadTextOf(made.events[place]!)
}

const claimMembers = { type: 'type', value: 'value', owner_type: 'ownerType', owner_id: 'ownerId' } as const

function claimTaker(column: string) {
  const member = claimMembers[column as keyof typeof claimMembers]
  return ({ claims }: CreationRun, place: number) => claims[place]![member]
}

const ofEntries =
  (take: (put: EntryPut) => unknown): Take =>
  ({ commit }) =>
    commit.putEntries!.map(take)

const entryTakers: Readonly<Record<string, Take>> = {
  places: ofEntries(({ stamp }) => stamp.event + 1),
  subjectTypes: ofEntries(({ key }) => key.subjectType),
  subjectIds: ofEntries(({ key }) => key.subjectId),
  namespaces: ofEntries(({ key }) => key.namespace),
  keys: ofEntries(({ key }) => key.key),
  json: ofEntries(({ value }) => jsonOf(value)),
  bytes: ofEntries(({ value }) => bytesOf(value)),
}

/** @param place - Of the record among those that are put. */
function recordTaker(kind: RecordKind, name: string, place: number): Take {
  if (name === 'sequence') return ({ commit }) => commit.put![place]!.stamp!.event + 1
  const member = ({ commit }: CreationRun, of: string): unknown => Reflect.get(commit.put![place]!.record, of)
  const folded = foldedColumns(kind).find((column) => column.name === name)
  if (folded !== undefined) return (run) => foldedValue(member(run, folded.member))
  const [of, column] = Object.entries(recordTables[kind].columns as Columns).find(
    ([, { name: each }]) => each === name,
  )!
  return (run) => encodeColumn(member(run, of), column)
}
