import { type Commit, type DirectoryStorage, payloadTextOf, type UnreadOutcome } from '@indwell/core'
import { indexesOfEntry, noIndexes, type TableNames } from '@indwell/storage-kysely'
import type { Connections } from '../connections'
import { formatPosition } from '../feed/position'
import type { RememberedIndexes } from '../metadata-indexes/remembered-indexes'
import type { PostgresRow } from '../postgres-pool'
import { type StatementValues, statementCache } from '../statement-cache'
import { isLostRace, translateError } from '../translate-error'
import { bufferOf } from './entry-parts'
import { type Carrier, type UnreadShape, unreadStatement } from './unread-statement'

type CommitUnread = NonNullable<DirectoryStorage['commitUnread']>

const declined = { outcome: 'declined' } as const

/** Reads, decides and writes in one statement, unless an index has to hold what is put. */
export function unreadCommitter(connections: Connections, names: TableNames, indexes: RememberedIndexes): CommitUnread {
  const statementOf = statementCache(
    ({ subject, alone }: UnreadShape) => `${subject} ${alone}`,
    (shape) => unreadStatement(names, shape),
  )
  return async (instanceId, commit) => {
    const known = indexes.of(instanceId) ?? noIndexes
    if (commit.putEntries!.some(({ key }) => indexesOfEntry(known, key).length > 0)) return declined
    const subject = commit.aggregates[0]!.key.type as Carrier
    const statement = statementOf({ subject, alone: commit.putEntries!.length === 1 })
    const values = { instance: instanceId, indexes: known.version, ...valuesOf(commit) }
    const rows = await connections.borrow(async (run) => {
      try {
        return await run(statement, values)
      } catch (error) {
        if (isLostRace(error, names)) return undefined
        throw translateError(error, 'write')
      }
    })
    if (rows === undefined) return declined
    const [row] = rows
    if (row === undefined) return { outcome: 'missing' }
    if (row[1] !== known.version) await indexes.read(instanceId)
    return outcomeOf(row)
  }
}

function valuesOf({ at, actor, aggregates: [change], putEntries = [] }: Commit): StatementValues {
  const { id } = change!.key
  const events = putEntries.map(({ stamp }) => change!.events[stamp.event]!)
  return {
    at,
    actorType: actor.type,
    actorId: actor.id,
    actorReason: actor.reason,
    id,
    subject: [id],
    namespace: putEntries[0]!.key.namespace,
    places: putEntries.map((_, place) => place),
    keys: putEntries.map(({ key }) => key.key),
    json: only(putEntries.map(({ value }) => ('json' in value ? value.json : null))),
    bytes: only(putEntries.map(({ value }) => ('bytes' in value ? bufferOf(value.bytes) : null))),
    type: only(events.map(({ type }) => type)),
    payload: only(events.map(payloadTextOf)),
  }
}

/** What a statement for one entry takes by itself. */
const only = <T>(list: readonly T[]) => (list.length === 1 ? list[0] : list)

function outcomeOf(row: PostgresRow): UnreadOutcome {
  const [declines, , owner, sequence, changedAt, time, created, put, transaction, positions] = row
  if (declines === 't') return declined
  const subject = { owner: owner!, createdAt: created == null ? undefined : Number(created) }
  if (put == null) return { outcome: 'unchanged', sequence: sequence!, changedAt: Number(changedAt), ...subject }
  const places = put.split(',').map(Number)
  return {
    outcome: 'applied',
    at: Number(time),
    sequences: [String(BigInt(sequence!) + BigInt(places.length))],
    positions: positions!.split(',').map((position) => formatPosition(transaction!, position)),
    put: places,
    ...subject,
  }
}
