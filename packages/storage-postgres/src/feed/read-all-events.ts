import { type AllEventsReader, InvalidInputError } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections } from '../connections'
import { compileStatement, slot, tableReference } from '../statement-cache'
import { parsePosition } from './position'
import { decodeEvent } from './read-events'

/** Of one instance in one page, so that many of them together stay few. */
const eachAtMost = 50

/**
 * The feeds of all instances as one. Each is read by its own index, so that a look where nothing is new costs a probe for
 * every instance, and an index across them, which every write would pay for, is not needed. Where a feed has more than was
 * read of it, nothing is answered that stands behind that.
 */
export function allEventsReader(connections: Connections, names: TableNames): AllEventsReader {
  const event = tableReference(names, names.event)
  const columns = sql`transaction_id, position, aggregate_type, aggregate_id, sequence, type, payload, owner,
    actor_type, actor_id, actor_reason, created_at`
  const statement = compileStatement(sql`
    with page as (
      select instance.instance_id, found.*
      from ${tableReference(names, names.record.instance)} as instance cross join lateral (
        select ${columns}, row_number() over (order by transaction_id, position) as nth
        from ${event} as event
        where event.instance_id = instance.instance_id
          and transaction_id < ${tableReference(names, names.eventHorizon)}()
          and (transaction_id, position) > (${slot('afterTransaction')}::xid8, ${slot('afterPlace')}::int8)
        order by transaction_id, position
        limit ${slot('each')}::int8
      ) as found
    ), edge as (
      select transaction_id, position from page where nth = ${slot('each')}::int8
      order by transaction_id, position limit 1
    )
    select ${columns}, instance_id from page
    where not exists (select from edge where (page.transaction_id, page.position) > (edge.transaction_id, edge.position))
    order by transaction_id, position
    limit ${slot('limit')}::int8`)

  return {
    async readAllEvents({ after, limit }) {
      const from = after === undefined ? { transactionId: '0', place: '0' } : parsePosition(after)
      if (from === undefined) throw new InvalidInputError('after', 'is no position')
      const rows = await connections.read(statement, {
        afterTransaction: from.transactionId,
        afterPlace: from.place,
        each: Math.min(limit, eachAtMost),
        limit,
      })
      return rows.map((row) => ({ instanceId: row[12]!, event: decodeEvent(row) }))
    },
  }
}
