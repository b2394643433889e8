import type { ConsumerKeeper } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections } from '../connections'
import { compileStatement, slot, tableReference } from '../statement-cache'
import { translateError } from '../translate-error'

/** How far consumers of changes came: each call is one statement, and so whole by itself. */
export function consumerKeeper(connections: Connections, names: TableNames): ConsumerKeeper {
  const table = tableReference(names, names.consumer)
  const select = sql`select name, version, state from ${table} where instance_id = ${slot('instance')}`
  const selectAll = compileStatement(sql`${select} order by name`)
  const selectOne = compileStatement(sql`${select} and name = ${slot('name')}`)
  const insert = compileStatement(sql`
    insert into ${table} (instance_id, name, version, state)
    values (${slot('instance')}, ${slot('name')}, 1, ${slot('state')})
    on conflict do nothing returning version`)
  const update = compileStatement(sql`
    update ${table} set version = version + 1, state = ${slot('state')}
    where instance_id = ${slot('instance')} and name = ${slot('name')} and version = ${slot('before')}::int8
    returning version`)

  return {
    async listConsumers(instanceId, name) {
      const rows = await connections.read(name === undefined ? selectAll : selectOne, { instance: instanceId, name })
      return rows.map(([name, version, state]) => ({ name: name!, version: Number(version), state: state! }))
    },
    async putConsumer(instanceId, { name, version, state }) {
      const values = { instance: instanceId, name, state, before: version - 1 }
      const rows = await connections.borrow((run) =>
        run(version === 1 ? insert : update, values).catch((error: unknown) => {
          throw translateError(error, 'write')
        }),
      )
      return rows.length === 1
    },
  }
}
