import {
  type AggregateChange,
  type AggregateKey,
  type Commit,
  type EntryPut,
  payloadTextOf,
  type UnreadCommit,
} from '@indwell/core'
import { ListParameter } from '../list-parameter'
import type { StatementValues } from '../statement-cache'
import { bytesOf, jsonOf } from './entry-parts'
import { entryId } from './take-round'
import type { UnreadBatchShape } from './unread-batch-statement'
import type { Carrier } from './unread-statement'

/** A put of a batch that the statement looks at. */
export interface GivenPut {
  readonly place: number
  readonly put: EntryPut
  readonly commit: Commit
  /** Of those that set the entry, the first; absent for that one itself. */
  readonly first: GivenPut | undefined
  /** Whether no later one sets the entry. */
  last: boolean
}

/** A put of a commit. `repeats`: the entry holds the value by the put that is given, an earlier one. */
interface BatchPut {
  readonly given: GivenPut
  readonly repeats: boolean
}

/** Commits without reads that one statement takes, one after the other where they have a subject in common. */
export interface UnreadBatch {
  readonly shape: UnreadBatchShape
  readonly values: StatementValues
  /** By commit. */
  readonly puts: readonly (readonly BatchPut[])[]
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
  const ids = new Set<string>()
  const puts = commits.map((commit) => {
    ids.add(subjectOf(commit).id)
    return commit.putEntries!.map((put): BatchPut => {
      const name = entryId(put.key)
      const before = newest.get(name)
      if (before !== undefined) {
        if (isSame(before.put.value, put.value)) return { given: before, repeats: true }
        before.last = false
      }
      const next = { place: given.length, put, commit, first: before && (before.first ?? before), last: true }
      newest.set(name, next)
      given.push(next)
      return { given: next, repeats: false }
    })
  })
  const subjects = ids.size === 1 ? 'one' : given.length === ids.size ? 'each once' : 'several'
  const shape: UnreadBatchShape = {
    subject: subjectOf(commits[0]!).type as Carrier,
    subjects,
    uniform: isUniform(given),
    follows: newest.size < given.length,
    dated: commits.some(({ putEntries }) => putEntries!.length !== 1),
  }
  return { shape, values: valuesOf(shape, given, ids), puts }
}

function valuesOf(
  { subjects, uniform, follows }: UnreadBatchShape,
  given: readonly GivenPut[],
  ids: ReadonlySet<string>,
): StatementValues {
  // Locks are taken in the order of the subjects' ids.
  const rows = subjects === 'each once' ? [...given].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) : given
  const list = (type: ListParameter['type'], columnOf: (row: GivenPut) => unknown) =>
    new ListParameter(type, rows.map(columnOf))
  const shared = (columnOf: (row: GivenPut) => unknown) => (uniform ? columnOf(rows[0]!) : list('text', columnOf))
  return {
    ...(subjects === 'one' ? { id: idOf(rows[0]!) } : { ids: list('text', idOf) }),
    ...(subjects === 'several' && { subjects: new ListParameter('text', [...ids].sort()) }),
    places: list('int4', ({ place }) => place),
    keys: list('text', ({ put }) => put.key.key),
    json: list('text', ({ put }) => jsonOf(put.value)),
    payload: list('text', (row) => payloadTextOf(eventOf(row))),
    at: list('int8', ({ commit }) => commit.at),
    namespace: shared(({ put }) => put.key.namespace),
    type: shared((row) => eventOf(row).type),
    actorType: shared(({ commit }) => commit.actor.type),
    actorId: shared(({ commit }) => commit.actor.id),
    actorReason: shared(({ commit }) => commit.actor.reason),
    ...(!uniform && {
      bytes: list('bytea', ({ put }) => bytesOf(put.value)),
    }),
    ...(follows && {
      follows: list('boolean', ({ first }) => first !== undefined),
      last: list('boolean', ({ last }) => last),
      born: list('int8', ({ first, commit }) => (first?.commit ?? commit).at),
    }),
  }
}

const eventOf = ({ put, commit }: GivenPut) => commit.aggregates[0]!.events[put.stamp.event]!

export const idOf = ({ commit }: GivenPut): string => subjectOf(commit).id

export const subjectOf = (commit: Commit): AggregateKey => commit.aggregates[0]!.key

function isSame(one: EntryPut['value'], other: EntryPut['value']): boolean {
  if ('json' in one) return 'json' in other && one.json === other.json
  return 'bytes' in other && Buffer.compare(one.bytes, other.bytes) === 0
}

function isUniform(given: readonly GivenPut[]): boolean {
  const [one] = given
  return given.every((row) => {
    const { put, commit } = row
    const { type, id, reason } = commit.actor
    const { actor } = one!.commit
    if (
      !('json' in put.value) ||
      put.key.namespace !== one!.put.key.namespace ||
      eventOf(row).type !== eventOf(one!).type
    )
      return false
    return actor === commit.actor || (type === actor.type && id === actor.id && reason === actor.reason)
  })
}
