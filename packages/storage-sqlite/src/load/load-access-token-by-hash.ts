import type { AccessTokenRecord } from '@indwell/core'
import { compile, param, searchColumns, selectColumn } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { recordDecoder } from './decode-record'

export function loadAccessTokenByHash({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, hash: string) => AccessTokenRecord | undefined {
  const query = builder
    .selectFrom(names.record.accessToken)
    .select(Object.values(searchColumns('accessToken')).map((column) => selectColumn(column, 'sqlite').as(column.name)))
    .where('instance_id', '=', param('instanceId'))
    .where('hash', '=', param('hash'))
  const select = statements.keep('rows', () => compile(query, ['instanceId', 'hash']))
  const decode = recordDecoder('accessToken')
  return (instanceId, hash) => {
    const row = select().get(instanceId, hash)
    return row === undefined ? undefined : decode(row as readonly unknown[])
  }
}
