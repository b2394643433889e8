import {
  type AggregateChange,
  type AggregateKey,
  type Commit,
  type EntryPut,
  payloadTextOf,
  type UnreadCommit,
  type UnreadOutcome,
} from '@indwell/core'
import { formatPosition } from '../feed/position'
import type { PostgresRow } from '../postgres-pool'
import type { StatementValues } from '../statement-cache'
import { bufferOf } from './entry-parts'
import { entryId } from './take-round'
import type { UnreadBatchShape } from './unread-batch-statement'
import type { Carrier } from './unread-statement'

/** A put of a batch that the statement looks at. */
interface GivenPut {
  readonly put: EntryPut
  readonly commit: Commit
  /** An earlier one sets the same entry. */
  readonly follows: boolean
  /** Of those that set the entry; the first and the last of them. */
  readonly first: GivenPut | undefined
  last: boolean
}

/** Commits without reads that one statement takes, one after the other where they have a subject in common. */
export interface UnreadBatch {
  readonly shape: UnreadBatchShape
  readonly values: StatementValues
  /** By commit, places of its puts in the statement; `undefined` for one that holds what an earlier one sets. */
  readonly places: readonly (readonly (number | undefined)[])[]
}

/** Subjects that one statement locks at most: see `takeRound`. */
const maxSubjects = 128

/**
 * Whether they can go with the batch: commits on subjects of one kind, whose times do not go back. What depends on its caller
 * or on a sequence is taken alone.
 */
export function batchable(commits: readonly UnreadCommit[]): readonly boolean[] {
  const kind = commits[0]?.aggregates[0]?.key.type
  const newest = new Map<string, number>()
  return commits.map(({ at, aggregates, permit }) => {
    const [{ key, expect }] = aggregates as readonly [AggregateChange]
    if (commits.length > 1 && (permit !== undefined || expect !== 'live')) return false
    const { type, id } = key
    const before = newest.get(id)
    if (type !== kind || (before === undefined && newest.size === maxSubjects) || (before ?? at) > at) return false
    newest.set(id, at)
    return true
  })
}

export function unreadBatch(commits: readonly Commit[]): UnreadBatch {
  const given: GivenPut[] = []
  const newest = new Map<string, GivenPut>()
  const entriesOf = new Map<string, number>()
  const places = commits.map((commit) => {
    const { id } = subjectOf(commit)
    return commit.putEntries!.map((put): number | undefined => {
      const name = entryId(put.key)
      const before = newest.get(name)
      if (before !== undefined) {
        if (isSame(before.put.value, put.value)) return undefined
        before.last = false
      }
      const next = { put, commit, follows: before !== undefined, first: before?.first ?? before, last: true }
      newest.set(name, next)
      entriesOf.set(id, (entriesOf.get(id) ?? 0) + 1)
      return given.push(next) - 1
    })
  })
  const alone = given.length === entriesOf.size
  const uniform = isUniform(given)
  const dated = commits.some(({ putEntries }) => putEntries!.length !== 1)
  // Locks are taken in the order of the subjects' ids.
  const rows = given.map((row, place) => ({ ...row, place, id: subjectOf(row.commit).id }))
  if (alone) rows.sort((a, b) => (a.id < b.id ? -1 : 1))
  const events = rows.map(({ put, commit }) => commit.aggregates[0]!.events[put.stamp.event]!)
  const shared = <T>(list: readonly T[]) => (uniform ? list[0] : list)
  const values: StatementValues = {
    ids: rows.map(({ id }) => id),
    places: rows.map(({ place }) => place),
    keys: rows.map(({ put }) => put.key.key),
    json: rows.map(({ put: { value } }) => ('json' in value ? value.json : null)),
    payload: events.map(payloadTextOf),
    at: rows.map(({ commit }) => commit.at),
    namespace: shared(rows.map(({ put }) => put.key.namespace)),
    type: shared(events.map(({ type }) => type)),
    actorType: shared(rows.map(({ commit }) => commit.actor.type)),
    actorId: shared(rows.map(({ commit }) => commit.actor.id)),
    actorReason: shared(rows.map(({ commit }) => commit.actor.reason)),
    ...(!uniform && {
      bytes: rows.map(({ put: { value } }) => ('bytes' in value ? bufferOf(value.bytes) : null)),
    }),
    ...(!alone && {
      subjects: [...entriesOf.keys()].sort(),
      follows: rows.map(({ follows }) => follows),
      last: rows.map(({ last }) => last),
      born: rows.map(({ first, commit }) => (first?.commit ?? commit).at),
    }),
  }
  return { shape: { subject: subjectOf(commits[0]!).type as Carrier, alone, uniform, dated }, values, places }
}

/** What the rows of the statement, which come in any order, say of each commit. */
export function unreadOutcomes(
  commits: readonly Commit[],
  { places }: UnreadBatch,
  rows: readonly PostgresRow[],
): readonly UnreadOutcome[] {
  const found: PostgresRow[] = []
  const declined = new Set<string>()
  for (const row of rows) if (row[0] !== null) found[Number(row[0])] = row
  for (const [number, commit] of commits.entries()) {
    for (const place of places[number]!) {
      const row = place === undefined ? undefined : found[place]
      if (row?.[differs] === 't' && row[position] === null) declined.add(subjectOf(commit).id)
    }
  }
  /** By subject, a row of it, its sequence and its time so far; by entry, when it came into being. */
  const subjects = new Map<string, SubjectSoFar>()
  const born = new Map<string, number>()

  return commits.map((commit, number): UnreadOutcome => {
    const { id } = subjectOf(commit)
    if (declined.has(id)) return { outcome: 'declined' }
    const own = places[number]!
    let subject = subjects.get(id)
    if (subject === undefined) {
      // The first commit of a subject has no entry that an earlier one sets.
      const row = found[own[0]!]
      if (row === undefined) return { outcome: 'missing' }
      const [, owner, sequence, changedAt, , , date] = row
      subject = { owner: owner!, sequence: BigInt(sequence!), changedAt: Number(changedAt), createdAt: numberOr(date) }
      subjects.set(id, subject)
    }
    const written: PostgresRow[] = []
    const put: number[] = []
    let createdAt = subject.createdAt
    for (const [index, place] of own.entries()) {
      const row = place === undefined ? undefined : found[place]!
      if (own.length === 1) {
        const name = entryId(commit.putEntries![index]!.key)
        createdAt = born.get(name) ?? numberOr(row?.[created])
        const first = createdAt ?? numberOr(row?.[time])
        if (first !== undefined) born.set(name, first)
      } else if (row !== undefined && !born.has(entryId(commit.putEntries![index]!.key))) {
        born.set(entryId(commit.putEntries![index]!.key), numberOr(row[created]) ?? Number(row[time]))
      }
      if (row?.[differs] !== 't') continue
      written.push(row)
      put.push(index)
    }
    const { owner } = subject
    if (written.length === 0) {
      const { sequence, changedAt } = subject
      return { outcome: 'unchanged', sequence: String(sequence), changedAt, owner, createdAt }
    }
    subject.sequence += BigInt(written.length)
    subject.changedAt = Number(written[0]![time])
    return {
      outcome: 'applied',
      at: subject.changedAt,
      sequences: [String(subject.sequence)],
      positions: written.map((row) => formatPosition(row[transaction]!, row[position]!)),
      put,
      owner,
      createdAt,
    }
  })
}

interface SubjectSoFar {
  readonly owner: string
  sequence: bigint
  changedAt: number
  readonly createdAt: number | undefined
}

// Columns of the statement's rows.
const time = 4
const created = 5
const differs = 7
const position = 8
const transaction = 9

/** The version of the indexes that the statement saw. */
export const indexVersionOf = (rows: readonly PostgresRow[]) => rows.find(([place]) => place === null)?.[1] ?? ''

const subjectOf = (commit: Commit): AggregateKey => commit.aggregates[0]!.key

const numberOr = (text: string | null | undefined) => (text == null ? undefined : Number(text))

function isSame(one: EntryPut['value'], other: EntryPut['value']): boolean {
  if ('json' in one) return 'json' in other && one.json === other.json
  return 'bytes' in other && Buffer.compare(one.bytes, other.bytes) === 0
}

function isUniform(given: readonly GivenPut[]): boolean {
  const [one] = given
  const typeOf = ({ put, commit }: GivenPut) => commit.aggregates[0]!.events[put.stamp.event]!.type
  return given.every((row) => {
    const { put, commit } = row
    const { type, id, reason } = commit.actor
    const { actor } = one!.commit
    if (!('json' in put.value) || put.key.namespace !== one!.put.key.namespace || typeOf(row) !== typeOf(one!))
      return false
    return actor === commit.actor || (type === actor.type && id === actor.id && reason === actor.reason)
  })
}
