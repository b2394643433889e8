import {
  type AggregateType,
  aggregateTypes,
  type EventActor,
  type EventQuery,
  InvalidInputError,
  type JsonValue,
  type StoredEvent,
} from '@indwell/core'
import { sql } from 'kysely'
import type { Connection } from '../connection'

export type Row = readonly [
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

type Condition = readonly [column: string, operator: '=' | '<' | '>' | '>=' | 'in', value: string | number]

/**
 * Positions are handed out under the write lock, so that none appears after a greater one.
 *
 * Aggregates are found by their index, those of an id without a type by looking for the id under each type. All else is
 * read in the order of positions until the page is full. For what is rare that is the whole log, measured at 0.2 s per
 * million events; an index that found it faster would cost every write.
 */
export function readEvents({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, query: EventQuery) => readonly StoredEvent[] {
  return (instanceId, query) => {
    const descending = query.descending === true
    const conditions = conditionsOf(instanceId, query, descending)
    const ofAggregates = query.aggregate !== undefined || query.aggregateId !== undefined
    const order = query.aggregate === undefined ? 'position' : 'sequence'

    const compileQuery = () => {
      let select = builder
        .selectFrom(`${names.event} as e`)
        .select([sql`cast(e.position as text)`.as('position'), 'aggregate_type', 'aggregate_id'])
        .select([sql`cast(e.sequence as text)`.as('sequence'), 'type', 'payload', 'owner'])
        .select(['actor_type', 'actor_id', 'actor_reason', 'created_at'])
      for (const [column, operator, value] of conditions) {
        // The plus keeps the planner from the index of aggregates, which would have it sort the whole instance.
        const unindexed = column === 'instance_id' && !ofAggregates
        const reference = unindexed ? sql`+${sql.ref(`e.${column}`)}` : sql.ref(`e.${column}`)
        select = select.where(
          operator === 'in'
            ? sql<boolean>`${reference} in (select value from json_each(${value}))`
            : sql<boolean>`${reference} ${sql.raw(operator)} ${value}`,
        )
      }
      return select
        .orderBy(`e.${order}`, descending ? 'desc' : 'asc')
        .limit(query.limit)
        .compile().sql
    }
    const shape = conditions.map(([column, operator]) => column + operator).join()
    const statement = statements.find(`events|${shape}|${order}|${descending}`, compileQuery)
    const rows = statement.all(...conditions.map(([, , value]) => value), query.limit) as readonly Row[]
    // The column takes every text for the number it spells.
    return rows.filter(([position]) => query.at === undefined || position === query.at).map(decodeEvent)
  }
}

/** Text that is no number sorts behind every number: who resumed there would never be told anything. */
export function requirePosition({ after }: Pick<EventQuery, 'after'>): void {
  if (after !== undefined && !/^\d{1,19}$/.test(after)) throw new InvalidInputError('after', 'is no position')
}

function conditionsOf(instanceId: string, query: EventQuery, descending: boolean): readonly Condition[] {
  const { aggregate, aggregateId } = query
  const types = query.aggregateTypes ?? (aggregateId === undefined ? undefined : aggregateTypes)
  const conditions: readonly (readonly [Condition[0], Condition[1], Condition[2] | undefined])[] = [
    ['instance_id', '=', instanceId],
    ['aggregate_type', '=', aggregate?.type],
    ['aggregate_id', '=', aggregate?.id],
    ['aggregate_type', 'in', types && JSON.stringify(types)],
    ['aggregate_id', '=', aggregateId],
    ['sequence', '>', query.afterSequence],
    ['sequence', '<', query.beforeSequence],
    ['position', '=', query.at],
    ['position', descending ? '<' : '>', query.after],
    ['type', 'in', query.types && JSON.stringify(query.types)],
    ['actor_id', '=', query.actorId],
    ['owner', '=', query.owner],
    ['created_at', '>=', query.since],
    ['created_at', '<', query.until],
  ]
  return conditions.filter((condition): condition is Condition => condition[2] !== undefined)
}

/** @param row - May have more behind. */
export function decodeEvent(row: readonly [...Row, ...unknown[]]): StoredEvent {
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
