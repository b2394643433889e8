import type { HistoryRewriter } from '@indwell/core'
import type { Connection } from '../connection'
import { writeTransaction } from '../transactions'

type Rewrite = (...args: Parameters<HistoryRewriter['rewriteEvents']>) => number

/** Removes and replaces stored events, and rewrites entries, in one transaction. */
export function rewriteEvents(connection: Connection): Rewrite {
  const { names, statements } = connection
  const transact = writeTransaction(connection)
  const place = 'instance_id = ? and aggregate_type = ? and aggregate_id = ?'
  const remove = statements.keep(
    'run',
    () =>
      `delete from "${names.event}" where ${place} and sequence < ? and type not in (select value from json_each(?))
         and sequence not in (select cast(value as integer) from json_each(?))`,
  )
  const replace = statements.keep(
    'run',
    () =>
      `update "${names.event}" set type = ?, payload = ?, actor_type = ?, actor_id = ?, actor_reason = ? where ${place} and sequence = ? and type = ifnull(?, type)`,
  )
  const rewriteEntry = statements.keep(
    'run',
    () =>
      `update "${names.entry}" set json = ?, bytes = ?
         where instance_id = ? and subject_type = ? and subject_id = ? and namespace = ? and key = ? and sequence = ?`,
  )
  return (instanceId, { type, id }, rewrite) =>
    transact(() => {
      const { remove: gone } = rewrite
      const replaced = JSON.stringify(rewrite.replace.map(({ sequence }) => sequence))
      const removed =
        gone === undefined
          ? 0
          : Number(remove().run(instanceId, type, id, gone.before, JSON.stringify(gone.exceptTypes), replaced).changes)
      for (const { sequence, type: eventType, typeBefore, payload, actor } of rewrite.replace) {
        const event = [eventType, JSON.stringify(payload), actor.type, actor.id, actor.reason]
        replace().run(...event, instanceId, type, id, sequence, typeBefore ?? null)
      }
      for (const { namespace, key, sequence, value } of rewrite.entries ?? []) {
        const stored = 'json' in value ? [value.json, null] : [null, value.bytes]
        rewriteEntry().run(...stored, instanceId, type, id, namespace, key, sequence)
      }
      return removed
    })
}
