import type { InstanceEvent } from '@indwell/core'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { decodeEvent, type Row } from './read-events'

type InstanceRow = readonly [...Row, instanceId: string]

/** Events of the whole file are numbered together, and found by their numbers. */
export function readAllEvents({
  names,
  builder,
  statements,
}: Connection): (after: string, limit: number) => readonly InstanceEvent[] {
  const compileQuery = () =>
    builder
      .selectFrom(`${names.event} as e`)
      .select([sql`cast(e.position as text)`.as('position'), 'aggregate_type', 'aggregate_id'])
      .select([sql`cast(e.sequence as text)`.as('sequence'), 'type', 'payload', 'owner'])
      .select(['actor_type', 'actor_id', 'actor_reason', 'created_at', 'instance_id'])
      .where('e.position', '>', '')
      .orderBy('e.position')
      .limit(0)
      .compile().sql

  return (after, limit) => {
    const rows = statements.find('events of all', compileQuery).all(after, limit)
    return (rows as readonly InstanceRow[]).map((row) => ({ instanceId: row[11], event: decodeEvent(row) }))
  }
}
