import type { AggregateType, Claim, ClaimRecord } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'

type Row = readonly [ownerType: AggregateType, ownerId: string]

export function loadClaim({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, claim: Claim) => ClaimRecord | undefined {
  const query = builder
    .selectFrom(names.claim)
    .select(['owner_type', 'owner_id'])
    .where('instance_id', '=', param('instanceId'))
    .where('type', '=', param('type'))
    .where('value', '=', param('value'))
  const select = statements.keep('rows', () => compile(query, ['instanceId', 'type', 'value']))
  return (instanceId, { type, value }) => {
    const row = select().get(instanceId, type, value) as Row | undefined
    return row && { type, value, ownerType: row[0], ownerId: row[1] }
  }
}
