import type { Commit, UnreadOutcome } from '@indwell/core'
import { formatPosition } from '../feed/position'
import type { PostgresRow } from '../postgres-pool'
import { type GivenPut, idOf, subjectOf, type UnreadBatch } from './unread-batch'

/** What the statement found and did. */
export interface BatchFindings {
  /** The version of the indexes. */
  readonly version: string
  /** By id, of those that live. */
  readonly subjects: ReadonlyMap<string, SubjectFound>
  /** By place: whether the entry was not what it shall be, when it came into being, and the place of its event. */
  readonly differs: readonly boolean[]
  readonly created: readonly (number | undefined)[]
  readonly positions: readonly (string | null | undefined)[]
  readonly transaction: string | null
}

interface SubjectFound {
  readonly owner: string
  readonly sequence: string
  readonly changedAt: number
  readonly createdAt: number | undefined
}

export function batchFindings({ shape, puts }: UnreadBatch, rows: readonly PostgresRow[]): BatchFindings {
  return shape.subjects === 'one' ? findingsOfOne(puts, rows) : findingsOfMany(rows)
}

/** From rows that come in any order, and a last one. */
function findingsOfMany(rows: readonly PostgresRow[]): BatchFindings {
  const subjects = new Map<string, SubjectFound>()
  const [differs, created, positions]: [boolean[], (number | undefined)[], (string | null)[]] = [[], [], []]
  let [version, transaction]: (string | null)[] = [null, null]
  for (const [number, id, owner, sequence, changedAt, date, born, isOther, position] of rows) {
    if (number === null) {
      version = id!
      transaction = owner!
      continue
    }
    const place = Number(number)
    if (!subjects.has(id!)) subjects.set(id!, subjectFound(owner, sequence, changedAt, date))
    differs[place] = isOther === 't'
    created[place] = numberOr(born)
    positions[place] = position!
  }
  return { version: version ?? '', subjects, differs, created, positions, transaction: transaction ?? null }
}

/** From the one row of a subject that lives, with lists by place. */
function findingsOfOne(puts: UnreadBatch['puts'], [row]: readonly PostgresRow[]): BatchFindings {
  const { commit } = puts[0]![0]!.given
  const [version, owner, sequence, changedAt, date, isOther = '', born = '', transaction, places] = row!
  const differs = Array.from(isOther!, (letter) => letter === '1')
  const written = places == null ? [] : places.split(',')
  let next = 0
  return {
    version: version!,
    subjects: new Map(owner == null ? [] : [[subjectOf(commit).id, subjectFound(owner, sequence, changedAt, date)]]),
    differs,
    created: born!.split(',').map((text) => (text === '' ? undefined : Number(text))),
    positions: differs.map((is) => (is ? written[next++] : undefined)),
    transaction: transaction!,
  }
}

const subjectFound = (
  owner: string | null | undefined,
  sequence: string | null | undefined,
  changedAt: string | null | undefined,
  date: string | null | undefined,
): SubjectFound => ({
  owner: owner!,
  sequence: sequence!,
  changedAt: Number(changedAt),
  createdAt: numberOr(date),
})

/** What the findings say of each commit. */
export function unreadOutcomes(
  commits: readonly Commit[],
  { puts }: UnreadBatch,
  { subjects, differs, created, positions, transaction }: BatchFindings,
): readonly UnreadOutcome[] {
  const declined = new Set<string>()
  for (const own of puts) {
    for (const { given } of own) if (differs[given.place] && positions[given.place] == null) declined.add(idOf(given))
  }
  const timeOf = ({ commit }: GivenPut, { changedAt }: SubjectFound) => Math.max(commit.at, changedAt)
  /** What earlier commits made of a subject. */
  const sequences = new Map<string, bigint>()
  const times = new Map<string, number>()

  return commits.map((commit, number): UnreadOutcome => {
    const { id } = subjectOf(commit)
    if (declined.has(id)) return { outcome: 'declined' }
    const subject = subjects.get(id)
    if (subject === undefined) return { outcome: 'missing' }
    const own = puts[number]!
    const { owner } = subject
    let { createdAt } = subject
    if (own.length === 1) {
      const { given, repeats } = own[0]!
      const first = given.first ?? given
      // What this very commit makes comes into being with it.
      createdAt = created[first.place] ?? (repeats || first !== given ? timeOf(first, subject) : undefined)
    }
    const written: string[] = []
    const put: number[] = []
    for (const [index, { given, repeats }] of own.entries()) {
      if (repeats || !differs[given.place]) continue
      written.push(formatPosition(transaction!, positions[given.place]!))
      put.push(index)
    }
    const before = sequences.get(id) ?? BigInt(subject.sequence)
    if (put.length === 0) {
      const changedAt = times.get(id) ?? subject.changedAt
      return { outcome: 'unchanged', sequence: String(before), changedAt, owner, createdAt }
    }
    const sequence = before + BigInt(put.length)
    const at = Math.max(commit.at, subject.changedAt)
    sequences.set(id, sequence)
    times.set(id, at)
    return { outcome: 'applied', at, sequences: [String(sequence)], positions: written, put, owner, createdAt }
  })
}

const numberOr = (text: string | null | undefined) => (text == null ? undefined : Number(text))
