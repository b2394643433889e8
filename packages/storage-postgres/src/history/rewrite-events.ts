import type { HistoryRewriter, ReplacedEvent, RewrittenEntry } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { bytesOf, jsonOf } from '../commit/entry-parts'
import type { Connections } from '../connections'
import { rowSet } from '../row-set'
import { compileStatement, slot, tableReference } from '../statement-cache'
import { translateError } from '../translate-error'

/** Removes and replaces stored events, and rewrites entries, in one statement. No event stands in both parts of it. */
export function historyRewriter(connections: Connections, names: TableNames): HistoryRewriter {
  const table = tableReference(names, names.event)
  const replaced = rowSet<ReplacedEvent>('replaced', {
    sequence: ['int8', ({ sequence }) => sequence],
    type: ['text', ({ type }) => type],
    type_before: ['text', ({ typeBefore }) => typeBefore ?? null],
    payload: ['text', ({ payload }) => JSON.stringify(payload)],
    actor_type: ['text', ({ actor }) => actor.type],
    actor_id: ['text', ({ actor }) => actor.id],
    actor_reason: ['text', ({ actor }) => actor.reason],
  })
  const rewritten = rowSet<RewrittenEntry>('rewritten', {
    namespace: ['text', ({ namespace }) => namespace],
    key: ['text', ({ key }) => key],
    sequence: ['int8', ({ sequence }) => sequence],
    json: ['text', ({ value }) => jsonOf(value)],
    bytes: ['bytea', ({ value }) => bytesOf(value)],
  })
  const rewrite = compileStatement(sql`
    with removed as (
      delete from ${table}
      where instance_id = ${slot('instance')} and aggregate_type = ${slot('type')} and aggregate_id = ${slot('id')}
        and sequence < ${slot('before')}::int8 and type <> all(${slot('exceptTypes')}::text[])
        and sequence <> all(${slot('replaced.sequence')}::int8[])
      returning 1
    ), put as (
      update ${table} as stored
      set type = replaced.type, payload = replaced.payload, actor_type = replaced.actor_type,
        actor_id = replaced.actor_id, actor_reason = replaced.actor_reason
      from ${replaced.source}
      where stored.instance_id = ${slot('instance')} and stored.aggregate_type = ${slot('type')}
        and stored.aggregate_id = ${slot('id')} and stored.sequence = replaced.sequence
        and stored.type = coalesce(replaced.type_before, stored.type)
    ), entries as (
      update ${tableReference(names, names.entry)} as stored
      set json = rewritten.json, bytes = rewritten.bytes
      from ${rewritten.source}
      where stored.instance_id = ${slot('instance')} and stored.subject_type = ${slot('type')}
        and stored.subject_id = ${slot('id')} and stored.namespace = rewritten.namespace
        and stored.key = rewritten.key and stored.sequence = rewritten.sequence
    )
    select count(*)::text from removed`)

  return {
    async rewriteEvents(instanceId, { type, id }, { remove, replace, entries = [] }) {
      const values = {
        instance: instanceId,
        type,
        id,
        before: remove?.before,
        exceptTypes: remove?.exceptTypes ?? [],
        ...replaced.values(replace),
        ...rewritten.values(entries),
      }
      const rows = await connections.borrow((run) =>
        run(rewrite, values).catch((error: unknown) => {
          throw translateError(error, 'write')
        }),
      )
      return Number(rows[0]?.[0])
    },
  }
}
