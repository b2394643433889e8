import type { RecordKind, RecordMap, RecordRead } from '@indwell/core'
import { compile, param, recordTables, searchColumns, selectColumn } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { perKind } from '../per-kind'
import { recordDecoder } from './decode-record'

type RecordLoader = (instanceId: string, key: Readonly<Record<string, unknown>>) => RecordMap[RecordKind] | undefined

export function loadRecord(
  connection: Connection,
): (instanceId: string, read: RecordRead) => RecordMap[RecordKind] | undefined {
  const loaderFor = perKind((kind) => loaderOf(connection, kind))
  return (instanceId, read) => loaderFor(read.kind)(instanceId, read.key as Readonly<Record<string, unknown>>)
}

function loaderOf({ names, builder, statements }: Connection, kind: RecordKind): RecordLoader {
  const columns = searchColumns(kind)
  const key: readonly string[] = recordTables[kind].key
  let query = builder
    .selectFrom(names.record[kind])
    .select(Object.values(columns).map((column) => selectColumn(column, 'sqlite').as(column.name)))
    .where('instance_id', '=', param('instanceId'))
  for (const member of key) query = query.where(columns[member]!.name, '=', param(member))
  const select = statements.keep('rows', () => compile(query, ['instanceId', ...key]))
  const decode = recordDecoder(kind)
  return (instanceId, read) => {
    const row = select().get(instanceId, ...key.map((member) => read[member]))
    return row === undefined ? undefined : decode(row as readonly unknown[])
  }
}
