import type {
  AggregateChange,
  AggregateKey,
  Claim,
  Commit,
  EntryExpectation,
  EntryKey,
  EntryPut,
  NewEvent,
  RecordKind,
  RecordPut,
  SubjectKey,
} from '@indwell/core'
import {
  indexesOfEntry,
  indexesOfSubject,
  type KnownIndexes,
  type NumberedIndex,
  valuesOfEntry,
} from '@indwell/storage-kysely'
import { aggregateId, entryId, type RoundMember, recordKey, subjectId } from './take-round'

/** An aggregate that the round touches. */
export interface TargetRow {
  target: number
  readonly key: AggregateKey
  readonly owner: string
  /** Its row will change; else it only has to stay as it is until the round is through. */
  writes: boolean
  /** An org of which the round removes everything it holds. */
  empties: boolean
}

export interface CommitRow {
  readonly commit: number
  readonly source: Commit
  /** Rows of one chain push each other's time. */
  readonly chain: number
  /** Whether later commits of its chain have to follow its time. */
  readonly leads: boolean
  /** Reads more than the locked rows: what it finds holds only if those are as the statement saw them at its start. */
  readonly sensitive: boolean
}

/** `rank` counts the conditions of the commit in the order in which they decide. */
export interface ChangeRow {
  readonly change: number
  readonly commit: number
  readonly target: TargetRow
  readonly rank: number
  readonly source: AggregateChange
}

export interface EventRow {
  readonly change: number
  readonly nth: number
  readonly source: NewEvent
}

export interface EntryExpectationRow {
  readonly commit: number
  readonly rank: number
  readonly source: EntryExpectation
}

export interface EntryPutRow {
  readonly change: number
  readonly source: EntryPut
  readonly owner: string
}

export interface EntryRemovalRow {
  readonly commit: number
  readonly key: EntryKey
}

export interface SubjectRemovalRow {
  readonly commit: number
  readonly subject: SubjectKey
}

/** What an index holds of a subject is to be made anew: of its {@link IndexedValueRow}s, or of nothing. */
export interface IndexTouchRow {
  readonly commit: number
  readonly index: NumberedIndex
  readonly subjectId: string
}

export interface IndexedValueRow {
  /** Number of the touch, from 1. */
  readonly touch: number
  readonly value: string
  readonly owner: string
}

export interface ClaimTakeRow {
  readonly commit: number
  readonly rank: number
  readonly source: NonNullable<Commit['takeClaims']>[number]
}

export interface ClaimReleaseRow {
  readonly commit: number
  readonly source: Claim
}

export interface AnswerRow {
  readonly commit: number
  readonly rank: number
  /** When the commit says it happens. */
  readonly now: number
  readonly source: NonNullable<Commit['keepAnswer']>
}

export interface RecordPutRow {
  readonly commit: number
  /** The change whose event stamps the record. */
  readonly change: number | null
  readonly source: RecordPut
}

export interface RecordRemovalRow {
  readonly commit: number
  readonly key: Readonly<Record<string, string>>
}

export interface UserRemovalRow {
  readonly commit: number
  readonly userId: string
}

export interface HeldRemovalRow {
  readonly commit: number
  readonly orgId: string
}

/** What a statement takes to apply a round. Numbers name rows of the other lists, and start at 0. */
export interface RoundRows {
  readonly targets: readonly TargetRow[]
  readonly commits: readonly CommitRow[]
  readonly changes: readonly ChangeRow[]
  readonly events: readonly EventRow[]
  readonly entryExpectations: readonly EntryExpectationRow[]
  readonly entryPuts: readonly EntryPutRow[]
  /** Put after the same commit removed them: they start anew. */
  readonly entryRenewals: readonly EntryPutRow[]
  readonly entryRemovals: readonly EntryRemovalRow[]
  readonly subjectRemovals: readonly SubjectRemovalRow[]
  /** Of the indexes that the rows were made with. */
  readonly indexVersion: string
  readonly indexTouches: readonly IndexTouchRow[]
  readonly indexedValues: readonly IndexedValueRow[]
  readonly claimTakes: readonly ClaimTakeRow[]
  readonly claimReleases: readonly ClaimReleaseRow[]
  readonly answers: readonly AnswerRow[]
  readonly recordPuts: ReadonlyMap<RecordKind, readonly RecordPutRow[]>
  readonly recordRemovals: ReadonlyMap<RecordKind, readonly RecordRemovalRow[]>
  readonly userRemovals: ReadonlyMap<'accessToken' | 'member', readonly UserRemovalRow[]>
  readonly heldRemovals: readonly HeldRemovalRow[]
}

/**
 * No statement sees what another part of it does, so removals that a put of the same commit undoes are resolved here.
 */
export function roundRows(round: readonly RoundMember[], indexes: KnownIndexes): RoundRows {
  const targets = new Map<string, TargetRow>()
  const rows = {
    commits: [] as CommitRow[],
    changes: [] as ChangeRow[],
    events: [] as EventRow[],
    entryExpectations: [] as EntryExpectationRow[],
    entryPuts: [] as EntryPutRow[],
    entryRenewals: [] as EntryPutRow[],
    entryRemovals: [] as EntryRemovalRow[],
    subjectRemovals: [] as SubjectRemovalRow[],
    indexTouches: [] as IndexTouchRow[],
    indexedValues: [] as IndexedValueRow[],
    claimTakes: [] as ClaimTakeRow[],
    claimReleases: [] as ClaimReleaseRow[],
    answers: [] as AnswerRow[],
    recordPuts: new Map<RecordKind, RecordPutRow[]>(),
    recordRemovals: new Map<RecordKind, RecordRemovalRow[]>(),
    userRemovals: new Map<'accessToken' | 'member', UserRemovalRow[]>(),
    heldRemovals: [] as HeldRemovalRow[],
  }

  const chains = new Map<string, number>()
  round.forEach(({ commit, chain }, number) => {
    const firstChange = rows.changes.length
    const changeOf = (aggregate: number) => firstChange + aggregate
    rows.commits.push({
      commit: number,
      source: commit,
      chain: chain === undefined ? number : numberOf(chains, chain, round.length),
      leads: commit.aggregates.some(({ key, events }) => events.length > 0 && aggregateId(key) === chain),
      sensitive: isSensitive(commit, indexes),
    })
    let rank = 0
    for (const source of commit.aggregates) {
      const change = rows.changes.length
      rows.changes.push({ change, commit: number, target: targetOf(targets, source, commit), rank: rank++, source })
      for (const [index, event] of source.events.entries()) rows.events.push({ change, nth: index + 1, source: event })
    }
    for (const source of commit.expectEntries ?? []) {
      rows.entryExpectations.push({ commit: number, rank: rank++, source })
    }
    for (const source of commit.takeClaims ?? []) rows.claimTakes.push({ commit: number, rank: rank++, source })
    if (commit.keepAnswer !== undefined) {
      rows.answers.push({ commit: number, rank, now: commit.at, source: commit.keepAnswer })
    }
    if (commit.removeHeldBy !== undefined) rows.heldRemovals.push({ commit: number, ...commit.removeHeldBy })
    for (const source of commit.releaseClaims ?? []) rows.claimReleases.push({ commit: number, source })
    addEntries(number, commit, changeOf)
    addRecords(number, commit, changeOf)
  })

  // In one order everywhere, so that no two rounds wait for each other's locks.
  const sorted = [...targets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target)
  sorted.forEach((target, index) => {
    target.target = index
  })
  return { ...rows, targets: sorted, indexVersion: indexes.version }

  function addEntries(number: number, commit: Commit, changeOf: (aggregate: number) => number): void {
    const removedKeys = new Map<string, EntryKey>()
    const removedSubjects = new Map<string, SubjectKey>()
    for (const removal of commit.removeEntries ?? []) {
      if ('key' in removal) removedKeys.set(entryId(removal.key), removal.key)
      else removedSubjects.set(subjectId(removal.of), removal.of)
    }
    for (const removal of commit.removeEntries ?? []) {
      if ('key' in removal) touch(number, indexesOfEntry(indexes, removal.key), removal.key)
      else touch(number, indexesOfSubject(indexes, removal.of.subjectType), removal.of)
    }
    const renewed = new Set<string>()
    for (const source of commit.putEntries ?? []) {
      const id = entryId(source.key)
      const renews = removedKeys.has(id) || removedSubjects.has(subjectId(source.key))
      if (renews) renewed.add(id)
      const list = renews ? rows.entryRenewals : rows.entryPuts
      const { aggregate } = source.stamp
      const { owner } = commit.aggregates[aggregate]!
      list.push({ change: changeOf(aggregate), owner, source })
      touch(number, indexesOfEntry(indexes, source.key), source.key, (index, touch) => {
        for (const value of valuesOfEntry(index, source.value)) rows.indexedValues.push({ touch, value, owner })
      })
    }
    for (const [id, key] of removedKeys) if (!renewed.has(id)) rows.entryRemovals.push({ commit: number, key })
    for (const subject of removedSubjects.values()) rows.subjectRemovals.push({ commit: number, subject })
  }

  function touch(
    commit: number,
    touched: readonly NumberedIndex[],
    { subjectId }: SubjectKey,
    addValues: (index: NumberedIndex, touch: number) => void = () => {},
  ): void {
    for (const index of touched) addValues(index, rows.indexTouches.push({ commit, index, subjectId }))
  }

  function addRecords(number: number, commit: Commit, changeOf: (aggregate: number) => number): void {
    const puts = new Map<string, RecordPut>()
    for (const put of commit.put ?? []) puts.set(`${put.kind}\0${recordKey(put)}`, put)
    for (const removal of commit.remove ?? []) {
      if ('ofUser' in removal) {
        listOf(rows.userRemovals, removal.kind).push({ commit: number, userId: removal.ofUser })
      } else if (!puts.has(`${removal.kind}\0${recordKey(removal)}`)) {
        listOf(rows.recordRemovals, removal.kind).push({ commit: number, key: { ...removal.key } })
      }
    }
    for (const source of puts.values()) {
      const change = source.stamp === undefined ? null : changeOf(source.stamp.aggregate)
      listOf(rows.recordPuts, source.kind).push({ commit: number, change, source })
    }
  }
}

function targetOf(
  targets: Map<string, TargetRow>,
  { key, owner, expect, events, revise, removes }: AggregateChange,
  { removeHeldBy }: Commit,
) {
  const id = aggregateId(key)
  const target = targets.get(id) ?? { target: -1, key, owner, writes: false, empties: false }
  target.writes ||= expect === 'new' || events.length > 0 || revise || removes === true
  target.empties ||= key.type === 'org' && key.id === removeHeldBy?.orgId
  targets.set(id, target)
  return target
}

function isSensitive(commit: Commit, indexes: KnownIndexes): boolean {
  if (commit.removeHeldBy !== undefined || commit.keepAnswer !== undefined) return true
  // What an index holds already is replaced as the snapshot has it.
  if (commit.putEntries?.some(({ key }) => indexesOfEntry(indexes, key).length > 0)) return true
  return [commit.expectEntries, commit.takeClaims, commit.releaseClaims, commit.remove, commit.removeEntries].some(
    (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0,
  )
}

function numberOf(numbers: Map<string, number>, key: string, first: number): number {
  const number = numbers.get(key) ?? first + numbers.size
  numbers.set(key, number)
  return number
}

function listOf<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}
