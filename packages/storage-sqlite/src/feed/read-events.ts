import type { AggregateType, EventActor, EventQuery, JsonValue, StoredEvent } from '@indwell/core'
import { sql } from 'kysely'
import type { Connection } from '../connection'

type Row = readonly [
  position: string,
  aggregateType: AggregateType,
  aggregateId: string,
  sequence: string,
  type: string,
  payload: string,
  owner: string,
  actorType: EventActor['type'],
  actorId: string,
  actorReason: string | null,
  createdAt: number,
]

/** Positions are handed out under the write lock, so that none appears after a greater one. */
export function readEvents({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, query: EventQuery) => readonly StoredEvent[] {
  return (instanceId, query) => {
    const { aggregate, descending = false } = query
    const past = descending ? '<' : '>'
    const conditions: readonly (readonly [column: string, operator: '=' | '<' | '>', value: string | undefined])[] = [
      ['instance_id', '=', instanceId],
      ['aggregate_type', '=', aggregate?.type],
      ['aggregate_id', '=', aggregate?.id],
      ['sequence', past, query.afterSequence],
      ['position', past, query.after],
      ['owner', '=', query.owner],
    ]
    const given = conditions.filter(([, , value]) => value !== undefined)
    const order = aggregate === undefined ? 'position' : 'sequence'

    const compileQuery = () => {
      let select = builder
        .selectFrom(`${names.event} as e`)
        .select([sql`cast(e.position as text)`.as('position'), 'aggregate_type', 'aggregate_id'])
        .select([sql`cast(e.sequence as text)`.as('sequence'), 'type', 'payload', 'owner'])
        .select(['actor_type', 'actor_id', 'actor_reason', 'created_at'])
      for (const [column, operator, value] of given) {
        // The plus keeps the planner from the index of aggregates, which would have it sort the whole instance.
        const unindexed = column === 'instance_id' && aggregate === undefined
        const reference = unindexed ? sql`+${sql.ref(`e.${column}`)}` : sql.ref(`e.${column}`)
        select = select.where(reference, operator, value)
      }
      return select
        .orderBy(`e.${order}`, descending ? 'desc' : 'asc')
        .limit(query.limit)
        .compile().sql
    }
    const shape = given.map(([column]) => column).join()
    const statement = statements.find(`events|${shape}|${order}|${past}`, compileQuery)
    return statement.all(...given.map(([, , value]) => value), query.limit).map((row) => decodeEvent(row as Row))
  }
}

function decodeEvent(row: Row): StoredEvent {
  return {
    position: row[0],
    aggregate: { type: row[1], id: row[2] },
    sequence: row[3],
    type: row[4],
    payload: JSON.parse(row[5]) as JsonValue,
    owner: row[6],
    actor: { type: row[7], id: row[8], reason: row[9] },
    createdAt: row[10],
  }
}
