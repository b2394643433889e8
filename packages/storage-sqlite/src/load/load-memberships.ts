import type { MemberRecord } from '@indwell/core'
import { compile, indexedTable, param, searchColumns, selectColumn } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { recordDecoder } from './decode-record'

/** By level, then org. */
export function loadMemberships({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, userId: string) => readonly MemberRecord[] {
  const query = builder
    .selectFrom(indexedTable(names.record.member, 'm', `${names.prefix}member_by_user`))
    .select(Object.values(searchColumns('member')).map((column) => selectColumn(column, 'sqlite').as(column.name)))
    .where('instance_id', '=', param('instanceId'))
    .where('user_id', '=', param('userId'))
    .orderBy('level')
    .orderBy('org_id')
  const select = statements.keep('rows', () => compile(query, ['instanceId', 'userId']))
  const decode = recordDecoder('member')
  return (instanceId, userId) =>
    select()
      .all(instanceId, userId)
      .map((row) => decode(row as readonly unknown[]))
}
