import type { AggregateKey, AggregateRecord } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

type Row = readonly [sequence: string, revision: number, live: number, changedAt: number, owner: string]

export function loadAggregate({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, key: AggregateKey) => AggregateRecord | undefined {
  const query = builder
    .selectFrom(names.aggregate)
    .select([sql`cast(sequence as text)`.as('sequence'), 'revision', 'live', 'changed_at', 'owner'])
    .where('instance_id', '=', param('instanceId'))
    .where('type', '=', param('type'))
    .where('id', '=', param('id'))
  const select = statements.keep('rows', () => compile(query, ['instanceId', 'type', 'id']))
  return (instanceId, { type, id }) => {
    const row = select().get(instanceId, type, id) as Row | undefined
    return row && { type, id, owner: row[4], sequence: row[0], revision: row[1], live: row[2] === 1, changedAt: row[3] }
  }
}
