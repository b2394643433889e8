import type { KeptConsumer } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

type Row = readonly [name: string, version: number, state: string]

/** How far consumers of changes came: each call is one statement, and so whole by itself. */
export function consumerKeeper({ names, builder, statements }: Connection) {
  const all = builder
    .selectFrom(names.consumer)
    .select(['name', 'version', 'state'])
    .where('instance_id', '=', param('instance'))
    .orderBy('name')
  const one = all.where('name', '=', param('name'))
  const insert = builder
    .insertInto(names.consumer)
    .values({
      instance_id: param('instance'),
      name: param('name'),
      version: sql.lit(1),
      state: param('state'),
    } as never)
    .onConflict((conflict) => conflict.doNothing())
  const update = builder
    .updateTable(names.consumer)
    .set({ version: param('version'), state: param('state') } as never)
    .where('instance_id', '=', param('instance'))
    .where('name', '=', param('name'))
    .where('version', '=', param('before'))
  const selectAll = statements.keep('rows', () => compile(all, ['instance']))
  const selectOne = statements.keep('rows', () => compile(one, ['instance', 'name']))
  const putFirst = statements.keep('run', () => compile(insert, ['instance', 'name', 'state']))
  const putNext = statements.keep('run', () => compile(update, ['version', 'state', 'instance', 'name', 'before']))

  return {
    list(instanceId: string, name: string | undefined): readonly KeptConsumer[] {
      const rows = name === undefined ? selectAll().all(instanceId) : selectOne().all(instanceId, name)
      return (rows as readonly Row[]).map(([name, version, state]) => ({ name, version, state }))
    },
    put(instanceId: string, { name, version, state }: KeptConsumer): boolean {
      const { changes } =
        version === 1
          ? putFirst().run(instanceId, name, state)
          : putNext().run(version, state, instanceId, name, version - 1)
      return Number(changes) === 1
    },
  }
}
