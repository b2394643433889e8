import {
  type AggregateRecord,
  type EntryPut,
  isCreation,
  type NewEvent,
  type UnreadCommit,
  type UnreadOutcome,
} from '@indwell/core'
import { compile, param, recordTables } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import type { FileState } from '../load/file-state'
import type { PrincipalReader } from '../load/principal-reader'
import { readIndexes } from '../metadata-indexes/read-indexes'
import { onDemand } from '../on-demand'
import { writeTransaction } from '../transactions'
import { isReferenced } from '../translate-error'
import { saveMoved } from './aggregate-states'
import { checkPermit } from './check-permit'
import { createPermitted } from './create-permitted'
import { loadForSet, type StoredEntry } from './load-for-set'
import { writeCommit } from './write-commit'

const declined: UnreadOutcome = { outcome: 'declined' }

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
  const load = loadForSet(connection)
  const save = saveMoved(connection)
  const dateOf = subjectDates(connection)
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
    const { putEntries = [], permit } = commit
    const org = permit && placeOf(instanceId, permit, commit.at)
    if (permit !== undefined && org === undefined) return declined
    const change = commit.aggregates[0]!
    const { key, expect } = change
    const sequence = typeof expect === 'object' && 'sequence' in expect ? expect.sequence : undefined
    const loaded = load(instanceId, key, putEntries)
    const isAsExpected =
      loaded !== undefined &&
      (org === undefined || loaded.state.owner === org) &&
      (sequence === undefined || loaded.state.sequence === sequence)
    if (!isAsExpected) {
      // What is there, but not for this caller or not at that sequence, is not to be told from what is not.
      return org === undefined && sequence === undefined ? { outcome: 'missing' } : declined
    }
    const { state, stored, indexVersion } = loaded
    const { owner } = state
    const createdAt = putEntries.length === 1 ? stored[0]?.[2] : dateOf(instanceId, key)
    const put: number[] = []
    for (let place = 0; place < putEntries.length; place++) {
      if (!holds(stored[place], putEntries[place]!.value)) put.push(place)
    }
    if (put.length === 0) {
      return { outcome: 'unchanged', owner, sequence: state.sequence, changedAt: state.changedAt, createdAt }
    }
    const changing = put.length === putEntries.length ? commit : narrowed(commit, put)
    const owned = { ...changing, aggregates: [{ ...changing.aggregates[0]!, owner }] }
    const states = { get: () => state, save: () => undefined }
    const { at, sequences, positions } = write(instanceId, owned, states, indexes.readAt(instanceId, indexVersion))
    save(instanceId, state)
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

function holds(stored: StoredEntry | undefined, value: EntryPut['value']): boolean {
  if (stored === undefined) return false
  const [json, bytes] = stored
  if ('json' in value) return json === value.json
  return bytes !== null && Buffer.compare(bytes, value.bytes) === 0
}

/** When a subject came into being, as its record says. */
function subjectDates({ names, builder, statements }: Connection) {
  const selectOf = (kind: 'user' | 'org' | 'client', id: string) =>
    statements.keep('rows', () =>
      compile(
        builder
          .selectFrom(names.record[kind])
          .select('created_at')
          .where('instance_id', '=', param('instanceId'))
          .where(id, '=', param('id')),
        ['instanceId', 'id'],
      ),
    )
  const { user, org, client } = recordTables
  const select = {
    user: selectOf('user', user.columns.userId.name),
    org: selectOf('org', org.columns.orgId.name),
    client: selectOf('client', client.columns.clientId.name),
  }
  return (instanceId: string, { type, id }: Pick<AggregateRecord, 'type' | 'id'>): number | undefined => {
    if (type !== 'user' && type !== 'org' && type !== 'client') return undefined
    const row = select[type]().get(instanceId, id) as readonly [number] | undefined
    return row?.[0]
  }
}
