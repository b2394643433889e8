import {
  type AggregateType,
  type EventActor,
  type EventQuery,
  InvalidInputError,
  type JsonValue,
  type StoredEvent,
} from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import type { Connections } from '../connections'
import type { PostgresRow } from '../postgres-pool'
import { slot, statementCache, tableReference } from '../statement-cache'
import { formatPosition, parsePosition } from './position'

export type ReadEvents = (instanceId: string, query: EventQuery) => Promise<readonly StoredEvent[]>

/**
 * Positions are given out before a transaction commits, and transactions commit in any order. So the feed ends before the
 * oldest transaction that is still running anywhere on the server: what that one writes sorts behind all that was shown.
 * Events of one aggregate need no such end, since its row is locked until they are there to be seen.
 */
export function eventReader(connections: Connections, names: TableNames): ReadEvents {
  const statementOf = statementCache(shapeOf, (query: EventQuery) => {
    const direction = sql.raw(query.descending ? 'desc' : 'asc')
    const beyond = sql.raw(query.descending ? '<' : '>')
    const conditions: RawBuilder<unknown>[] = [sql`instance_id = ${slot('instance')}`]
    if (query.aggregate === undefined) conditions.push(sql`transaction_id < pg_snapshot_xmin(pg_current_snapshot())`)
    else conditions.push(sql`aggregate_type = ${slot('type')} and aggregate_id = ${slot('id')}`)
    if (query.afterSequence !== undefined) conditions.push(sql`sequence ${beyond} ${slot('afterSequence')}::int8`)
    if (query.after !== undefined) {
      conditions.push(
        sql`(transaction_id, position) ${beyond} (${slot('afterTransaction')}::xid8, ${slot('afterPlace')}::int8)`,
      )
    }
    if (query.owner !== undefined) conditions.push(sql`owner = ${slot('owner')}`)
    const order = query.aggregate === undefined ? ['transaction_id', 'position'] : ['sequence']
    return sql`select transaction_id, position, aggregate_type, aggregate_id, sequence, type, payload, owner,
        actor_type, actor_id, actor_reason, created_at
      from ${tableReference(names, names.event)}
      where ${sql.join(conditions, sql` and `)}
      order by ${sql.join(order.map((column) => sql`${sql.ref(column)} ${direction}`))}
      limit ${slot('limit')}`
  })

  return async (instanceId, query) => {
    const after = query.after === undefined ? undefined : parsePosition(query.after)
    if (query.after !== undefined && after === undefined) throw new InvalidInputError('after', 'is no position')
    const rows = await connections.read(statementOf(query), {
      instance: instanceId,
      type: query.aggregate?.type,
      id: query.aggregate?.id,
      afterSequence: query.afterSequence === undefined ? undefined : sequenceBound(query.afterSequence),
      afterTransaction: after?.transactionId,
      afterPlace: after?.place,
      owner: query.owner,
      limit: query.limit,
    })
    return rows.map(decodeEvent)
  }
}

/** A number that the server can hold, on the same side of every sequence there is. */
function sequenceBound(text: string): string {
  if (!/^\d+$/.test(text)) throw new InvalidInputError('afterSequence', 'is no sequence')
  const largest = 2n ** 63n - 1n
  const bound = BigInt(text)
  return String(bound < largest ? bound : largest)
}

function shapeOf({ aggregate, afterSequence, after, owner, descending }: EventQuery): string {
  return [aggregate, afterSequence, after, owner, descending || undefined]
    .map((condition) => (condition === undefined ? '-' : '+'))
    .join('')
}

function decodeEvent(row: PostgresRow): StoredEvent {
  const [transactionId, place, aggregateType, aggregateId, sequence, type, payload, owner, actorType, actorId] =
    row as string[]
  return {
    position: formatPosition(transactionId!, place!),
    aggregate: { type: aggregateType as AggregateType, id: aggregateId! },
    sequence: sequence!,
    type: type!,
    payload: JSON.parse(payload!) as JsonValue,
    owner: owner!,
    actor: { type: actorType as EventActor['type'], id: actorId!, reason: row[10]! },
    createdAt: Number(row[11]),
  }
}
