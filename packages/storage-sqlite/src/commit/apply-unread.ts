import { type EntryPut, isCreation, type NewEvent, type UnreadCommit, type UnreadOutcome } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import type { FileState } from '../load/file-state'
import type { PrincipalReader } from '../load/principal-reader'
import { readIndexes } from '../metadata-indexes/read-indexes'
import { onDemand } from '../on-demand'
import { writeTransaction } from '../transactions'
import { isReferenced } from '../translate-error'
import { checkPermit } from './check-permit'
import { createPermitted } from './create-permitted'
import { subjectStates } from './subject-state'
import { writeCommit } from './write-commit'

type Stored = readonly [key: string, json: string | null, bytes: Uint8Array | null, createdAt: number]

const declined: UnreadOutcome = { outcome: 'declined' }
const missing: UnreadOutcome = { outcome: 'missing' }

/**
 * Looks at the entries of a commit in the transaction that writes it, and leaves out those that hold their values. What it
 * depends on besides, a permit or a sequence, is looked at there as well.
 *
 * @param file - Absent: nobody remembers what was read of it.
 */
export function applyUnread(
  connection: Connection,
  principals: PrincipalReader,
  file: FileState | undefined,
): (instanceId: string, commits: readonly UnreadCommit[]) => readonly UnreadOutcome[] {
  const transact = writeTransaction(connection)
  const find = storedEntries(connection)
  const subjects = subjectStates(connection)
  const indexes = readIndexes(connection)
  const write = writeCommit(connection)
  const placeOf = checkPermit(principals.load)
  const create = onDemand(() => createPermitted(connection, placeOf, write))

  return (instanceId, commits) => {
    try {
      return transact(() =>
        commits.map((commit) => (isCreation(commit) ? create()(instanceId, commit) : apply(instanceId, commit))),
      )
    } catch (error) {
      // Callers may have been read behind what was undone.
      file?.change()
      if (!isReferenced(error)) throw error
      return commits.map(() => declined)
    }
  }

  function apply(instanceId: string, commit: UnreadCommit): UnreadOutcome {
    const { aggregates, putEntries = [], permit } = commit
    const org = permit && placeOf(instanceId, permit, commit.at)
    if (permit !== undefined && org === undefined) return declined
    const [change] = aggregates
    const { key, expect } = change!
    const subject = subjects.read(instanceId, key, putEntries.length !== 1)
    if (subject === undefined) return permit === undefined ? missing : declined
    const { owner } = subject
    if (org !== undefined && owner !== org) return declined
    if (typeof expect === 'object' && 'sequence' in expect && subject.sequence !== expect.sequence) return declined

    const stored = find(instanceId, putEntries)
    const put: number[] = []
    for (let place = 0; place < putEntries.length; place += 1) {
      const { key, value } = putEntries[place]!
      if (!holds(stored.get(key.key), value)) put.push(place)
    }
    const createdAt = putEntries.length === 1 ? stored.get(putEntries[0]!.key.key)?.[3] : subject.createdAt
    if (put.length === 0) {
      const { sequence, changedAt } = subject
      return { outcome: 'unchanged', owner, sequence, changedAt, createdAt }
    }
    const changing = put.length === putEntries.length ? commit : narrowed(commit, put)
    const owned = { ...changing, aggregates: [{ ...changing.aggregates[0]!, owner }] }
    const states = { get: () => subject, save: () => undefined }
    const { at, sequences, positions } = write(
      instanceId,
      owned,
      states,
      indexes.readAt(instanceId, subject.indexVersion),
    )
    subjects.save(instanceId, subject)
    // The aggregate, and for each entry its event and itself: nothing that is remembered of callers.
    file?.passOver(1 + 2 * put.length)
    return { outcome: 'applied', at, sequences, positions, owner, put, createdAt }
  }
}

/** The puts at these places and their events, which number them anew. */
function narrowed(commit: UnreadCommit, places: readonly number[]): UnreadCommit {
  const [change] = commit.aggregates
  const events: NewEvent[] = []
  const putEntries = places.map((place): EntryPut => {
    const { key, value, stamp } = commit.putEntries![place]!
    return { key, value, stamp: { aggregate: 0, event: events.push(change!.events[stamp.event]!) - 1 } }
  })
  return { ...commit, aggregates: [{ ...change!, events }], putEntries }
}

function holds(stored: Stored | undefined, value: EntryPut['value']): boolean {
  if (stored === undefined) return false
  const [, json, bytes] = stored
  if ('json' in value) return json === value.json
  return bytes !== null && Buffer.compare(bytes, value.bytes) === 0
}

/** Entries that are found sooner one by one than by a list of their keys. */
const few = 4

/** The entries of one namespace of a subject that are about to be put, by key. */
function storedEntries({ names, builder, statements }: Connection) {
  const ofNamespace = builder
    .selectFrom(names.entry)
    .select(['key', 'json', 'bytes', 'created_at'])
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
    .where('namespace', '=', param('namespace'))
  const order = ['instanceId', 'subjectType', 'subjectId', 'namespace']
  const one = ofNamespace.where('key', '=', param('key'))
  const some = ofNamespace.where(sql.ref('key'), 'in', sql`(select value from json_each(${param('keys')}))`)
  const selectOne = statements.keep('rows', () => compile(one, [...order, 'key']))
  const selectSome = statements.keep('rows', () => compile(some, [...order, 'keys']))

  return (instanceId: string, puts: readonly EntryPut[]): ReadonlyMap<string, Stored> => {
    const { subjectType, subjectId, namespace } = puts[0]!.key
    const found = new Map<string, Stored>()
    if (puts.length <= few) {
      for (const { key } of puts) {
        const row = selectOne().get(instanceId, subjectType, subjectId, namespace, key.key)
        if (row !== undefined) found.set(key.key, row as Stored)
      }
      return found
    }
    const keys = JSON.stringify(puts.map((put) => put.key.key))
    for (const row of selectSome().all(instanceId, subjectType, subjectId, namespace, keys) as readonly Stored[]) {
      found.set(row[0], row)
    }
    return found
  }
}
