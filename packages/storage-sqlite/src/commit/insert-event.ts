import { type AggregateKey, type EventActor, type NewEvent, payloadTextOf } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { sequenceParameter } from './sequence-parameter'

/** What an event gets when it is stored. */
export interface EventPlace {
  readonly aggregate: AggregateKey
  readonly owner: string
  readonly sequence: string
  readonly actor: EventActor
  readonly at: number
}

/** Stores an event behind all others of the file and answers its position. */
export function insertEvent({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, event: NewEvent, place: EventPlace) => string {
  const query = builder.insertInto(names.event).values({
    instance_id: param('instanceId'),
    aggregate_type: param('aggregateType'),
    aggregate_id: param('aggregateId'),
    sequence: param('sequence'),
    type: param('type'),
    owner: param('owner'),
    actor_type: param('actorType'),
    actor_id: param('actorId'),
    actor_reason: param('actorReason'),
    payload: param('payload'),
    created_at: param('createdAt'),
  })
  const insert = statements.keep('run', () =>
    compile(query, [
      'instanceId',
      'aggregateType',
      'aggregateId',
      'sequence',
      'type',
      'owner',
      'actorType',
      'actorId',
      'actorReason',
      'payload',
      'createdAt',
    ]),
  )
  const selectPosition = statements.keep('rows', () => 'select cast(last_insert_rowid() as text)')
  const textOfPosition = () => (selectPosition().get() as readonly [string])[0]

  return (instanceId, event, { aggregate, owner, sequence, actor, at }) => {
    const { lastInsertRowid } = insert().run(
      instanceId,
      aggregate.type,
      aggregate.id,
      sequenceParameter(sequence),
      event.type,
      owner,
      actor.type,
      actor.id,
      actor.reason,
      payloadTextOf(event),
      at,
    )
    // Beyond what a float holds the driver has rounded it, unless the host made BigInt its default.
    if (typeof lastInsertRowid === 'number' && !Number.isSafeInteger(lastInsertRowid)) return textOfPosition()
    return String(lastInsertRowid)
  }
}
