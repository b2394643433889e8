import type { RecordKind, RecordRemoval } from '@indwell/core'
import { compile, indexedTable, param, recordTables, searchColumns } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { perKind } from '../per-kind'

type KeyRemover = (instanceId: string, key: Readonly<Record<string, unknown>>) => void

/** Removes one record by its key, or all of a kind that belong to a user. */
export function removeRecord(connection: Connection): (instanceId: string, removal: RecordRemoval) => void {
  const byKey = perKind((kind) => keyRemover(connection, kind))
  const byUser = { accessToken: userRemover(connection, 'accessToken'), member: userRemover(connection, 'member') }
  return (instanceId, removal) => {
    if ('ofUser' in removal) byUser[removal.kind](instanceId, removal.ofUser)
    else byKey(removal.kind)(instanceId, removal.key as Readonly<Record<string, unknown>>)
  }
}

function keyRemover({ names, builder, statements }: Connection, kind: RecordKind): KeyRemover {
  const columns = searchColumns(kind)
  const key: readonly string[] = recordTables[kind].key
  let query = builder.deleteFrom(names.record[kind]).where('instance_id', '=', param('instanceId'))
  for (const member of key) query = query.where(columns[member]!.name, '=', param(member))
  const remove = statements.keep('run', () => compile(query, ['instanceId', ...key]))
  return (instanceId, values) => {
    remove().run(instanceId, ...key.map((member) => values[member]))
  }
}

function userRemover({ names, builder, statements }: Connection, kind: 'accessToken' | 'member') {
  const { accessToken, member } = names.record
  const rows = {
    accessToken: sql<Record<string, unknown>>`${sql.table(accessToken)}`.as('removed'),
    member: indexedTable(member, 'removed', `${names.prefix}member_by_user`),
  }
  const query = builder
    .deleteFrom(rows[kind])
    .where('instance_id', '=', param('instanceId'))
    .where('user_id', '=', param('userId'))
  const remove = statements.keep('run', () => compile(query, ['instanceId', 'userId']))
  return (instanceId: string, userId: string) => {
    remove().run(instanceId, userId)
  }
}
