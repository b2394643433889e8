import type { ClaimRecord } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'

/** Stores a claim unless somebody has it, and answers whether it did. A commit that takes one twice has it once. */
export function takeClaim({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, claim: ClaimRecord) => boolean {
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
  // A number, or a BigInt where the host made that its default.
  return (instanceId, { type, value, ownerType, ownerId }) =>
    Number(insert().run(instanceId, type, value, ownerType, ownerId).changes) === 1
}
