import type { Claim } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'

export function releaseClaim({ names, builder, statements }: Connection): (instanceId: string, claim: Claim) => void {
  const query = builder
    .deleteFrom(names.claim)
    .where('instance_id', '=', param('instanceId'))
    .where('type', '=', param('type'))
    .where('value', '=', param('value'))
  const remove = statements.keep('run', () => compile(query, ['instanceId', 'type', 'value']))
  return (instanceId, { type, value }) => {
    remove().run(instanceId, type, value)
  }
}
