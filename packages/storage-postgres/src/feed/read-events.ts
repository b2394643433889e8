import {
  type AggregateType,
  aggregateTypes,
  type EventActor,
  type EventQuery,
  InvalidInputError,
  type JsonValue,
  type StoredEvent,
} from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import type { ReadConnections } from '../connections'
import type { PostgresRow } from '../postgres-pool'
import {
  compileStatement,
  recentShapes,
  type Statement,
  type StatementValues,
  slot,
  tableReference,
} from '../statement-cache'
import { formatPosition, parsePosition } from './position'

export type ReadEvents = (
  instanceId: string,
  query: EventQuery,
  connections: ReadConnections,
) => Promise<readonly StoredEvent[]>

/**
 * Positions are given out before a transaction commits, and transactions commit in any order. So the feed ends before the
 * oldest transaction that is still running anywhere on the server: what that one writes sorts behind all that was shown.
 * Events of one aggregate need no such end, since its row is locked until they are there to be seen, nor does one event
 * by its position.
 *
 * Aggregates are found by the primary key, those of an id without a type by looking for the id under each type. All else is
 * read in the order of positions until the page is full. For what is rare that is the whole log, measured at 0.2 s per
 * million events; an index that found it faster would cost every write.
 */
export function eventReader(names: TableNames): ReadEvents {
  const compiled = recentShapes<Statement>()

  function statementOf(values: StatementValues, { aggregate, descending = false }: EventQuery): Statement {
    const given = Object.keys(values).filter((name) => values[name] !== undefined)
    return compiled(`${given}|${descending}`, () => {
      const text = compileStatement(selectEvents(names, new Set(given), aggregate !== undefined, descending))
      // A name would make every connection keep the statement for good, and plan it blind to what it searches for.
      return given.some((name) => searched.has(name)) ? { ...text, name: undefined } : text
    })
  }

  return async (instanceId, query, connections) => {
    const at = query.at === undefined ? undefined : parsePosition(query.at)
    if (query.at !== undefined && at === undefined) return []
    const values = { ...valuesOf(instanceId, query), atTransaction: at?.transactionId, atPlace: at?.place }
    const rows = await connections.read(statementOf(values, query), values)
    return rows.map(decodeEvent)
  }
}

/** Conditions by the name of their value. */
const conditions = {
  instance: sql`instance_id = ${slot('instance')}`,
  type: sql`aggregate_type = ${slot('type')}`,
  id: sql`aggregate_id = ${slot('id')}`,
  aggregateTypes: sql`aggregate_type = any(${slot('aggregateTypes')}::text[])`,
  aggregateId: sql`aggregate_id = ${slot('aggregateId')}`,
  afterSequence: sql`sequence > ${slot('afterSequence')}::int8`,
  beforeSequence: sql`sequence < ${slot('beforeSequence')}::int8`,
  types: sql`type = any(${slot('types')}::text[])`,
  actor: sql`actor_id = ${slot('actor')}`,
  owner: sql`owner = ${slot('owner')}`,
  since: sql`created_at >= ${slot('since')}::int8`,
  until: sql`created_at < ${slot('until')}::int8`,
  atTransaction: sql`transaction_id = ${slot('atTransaction')}::xid8`,
  atPlace: sql`position = ${slot('atPlace')}::int8`,
}

/** What only somebody who searches asks for, in combinations without end. */
const searched: ReadonlySet<string> = new Set<keyof typeof conditions>([
  'aggregateTypes',
  'aggregateId',
  'beforeSequence',
  'types',
  'actor',
  'since',
  'until',
])

function selectEvents(
  names: TableNames,
  given: ReadonlySet<string>,
  ofAggregate: boolean,
  descending: boolean,
): RawBuilder<unknown> {
  const direction = sql.raw(descending ? 'desc' : 'asc')
  const where = Object.entries(conditions).flatMap(([name, condition]) => (given.has(name) ? [condition] : []))
  if (!ofAggregate && !given.has('atPlace')) {
    where.push(sql`transaction_id < ${tableReference(names, names.eventHorizon)}()`)
  }
  if (given.has('afterPlace')) {
    const beyond = sql.raw(descending ? '<' : '>')
    where.push(
      sql`(transaction_id, position) ${beyond} (${slot('afterTransaction')}::xid8, ${slot('afterPlace')}::int8)`,
    )
  }
  const order = ofAggregate ? ['sequence'] : ['transaction_id', 'position']
  return sql`select transaction_id, position, aggregate_type, aggregate_id, sequence, type, payload, owner,
      actor_type, actor_id, actor_reason, created_at
    from ${tableReference(names, names.event)}
    where ${sql.join(where, sql` and `)}
    order by ${sql.join(order.map((column) => sql`${sql.ref(column)} ${direction}`))}
    limit ${slot('limit')}`
}

function valuesOf(instanceId: string, query: EventQuery): StatementValues {
  const { aggregate, aggregateId } = query
  const after = query.after === undefined ? undefined : parsePosition(query.after)
  if (query.after !== undefined && after === undefined) throw new InvalidInputError('after', 'is no position')
  return {
    instance: instanceId,
    type: aggregate?.type,
    id: aggregate?.id,
    aggregateTypes: query.aggregateTypes ?? (aggregateId === undefined ? undefined : aggregateTypes),
    aggregateId,
    afterSequence: sequenceBound(query.afterSequence, 'afterSequence'),
    beforeSequence: sequenceBound(query.beforeSequence, 'beforeSequence'),
    afterTransaction: after?.transactionId,
    afterPlace: after?.place,
    types: query.types,
    actor: query.actorId,
    owner: query.owner,
    since: query.since,
    until: query.until,
    limit: query.limit,
  }
}

const largest = String(2n ** 63n - 1n)

/** A number that the server can hold, on the same side of every sequence there is. */
function sequenceBound(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new InvalidInputError(name, 'is no sequence')
  const digits = text.replace(/^0+(?=\d)/, '')
  return digits.length < largest.length || (digits.length === largest.length && digits < largest) ? digits : largest
}

export function decodeEvent(row: PostgresRow): StoredEvent {
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
