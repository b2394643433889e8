import type { ClaimRecord } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'

/** Stores a claim that was checked to be free; a commit that takes one twice has it once. */
export function takeClaim({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, claim: ClaimRecord) => void {
  const query = builder
    .insertInto(names.claim)
    .values({
      instance_id: param('instanceId'),
      type: param('type'),
      value: param('value'),
      owner_type: param('ownerType'),
      owner_id: param('ownerId'),
    })
    .onConflict((conflict) => conflict.doNothing())
  const insert = statements.keep('run', () => compile(query, ['instanceId', 'type', 'value', 'ownerType', 'ownerId']))
  return (instanceId, { type, value, ownerType, ownerId }) => {
    insert().run(instanceId, type, value, ownerType, ownerId)
  }
}
