import { type Commit, type DirectoryStorage, payloadTextOf } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import type { Connections } from '../connections'
import { formatPosition } from '../feed/position'
import type { PostgresRow } from '../postgres-pool'
import { type StatementValues, statementCache } from '../statement-cache'
import { isLostRace, translateError } from '../translate-error'
import { bufferOf } from './entry-parts'
import { type Carrier, type UnreadShape, unreadStatement } from './unread-statement'

type CommitUnread = NonNullable<DirectoryStorage['commitUnread']>

/** Reads, decides and writes in one statement. */
export function unreadCommitter(connections: Connections, names: TableNames): CommitUnread {
  const statementOf = statementCache(
    ({ subject, alone }: UnreadShape) => `${subject} ${alone}`,
    (shape) => unreadStatement(names, shape),
  )
  return async (instanceId, commit) => {
    const subject = commit.aggregates[0]!.key.type as Carrier
    const statement = statementOf({ subject, alone: commit.putEntries!.length === 1 })
    const values = { instance: instanceId, ...valuesOf(commit) }
    try {
      return outcomeOf(await connections.borrow((run) => run(statement, values)))
    } catch (error) {
      if (isLostRace(error, names)) return { outcome: 'stale' }
      throw translateError(error, 'write')
    }
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

function outcomeOf([row]: readonly PostgresRow[]): Awaited<ReturnType<CommitUnread>> {
  if (row === undefined) return { outcome: 'missing' }
  const [moved, owner, sequence, changedAt, time, created, put, transaction, positions] = row
  if (moved === 't') return { outcome: 'stale' }
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
