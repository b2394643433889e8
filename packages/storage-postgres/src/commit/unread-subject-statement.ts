import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { knowsIndexes } from './index-parts'
import { lockKeys } from './lock-targets'
import type { Sql } from './part'
import type { UnreadBatchShape } from './unread-batch-statement'
import { ofSubject } from './unread-statement'

/**
 * What `unreadBatchStatement` does, for entries of one subject, which need not be told apart by it. It answers one row: the
 * version of the indexes, the owner, the sequence and the time before, when the subject came into being; by the entries'
 * places, whether each was not what it shall be, and when it came into being; the transaction, and the places of the events.
 * Of a subject that does not live it answers the version alone.
 */
export function unreadSubjectStatement(names: TableNames, { subject, uniform, follows, dated }: UnreadBatchShape): Sql {
  const aggregate = tableReference(names, names.aggregate)
  const entry = tableReference(names, names.entry)
  const { ofAggregate, ofOwner } = lockKeys(names)
  const { state: version } = knowsIndexes(names)
  const type = sql.lit(subject)
  const id = sql`${slot('id')}::text`
  const list = (name: string, of: string, column = name) =>
    sql`unnest(${slot(name)}::${sql.raw(of)}[]) as ${sql.ref(column)}`
  const shared = (name: string, column = name) =>
    uniform ? sql`${slot(name)}::text as ${sql.ref(column)}` : list(name, 'text', column)
  const given = sql.join([
    // Through a subquery, which hides the length from the planner: see `rowSet`.
    sql`unnest((select ${slot('places')}::int4[])) as place`,
    ...[list('keys', 'text', 'key'), list('json', 'text'), list('payload', 'text'), list('at', 'int8')],
    ...(uniform ? [] : [list('bytes', 'bytea')]),
    ...[shared('namespace'), shared('type'), shared('actorType', 'actor_type'), shared('actorId', 'actor_id')],
    shared('actorReason', 'actor_reason'),
    ...(follows ? [list('follows', 'boolean'), list('last', 'boolean'), list('born', 'int8')] : []),
  ])
  const bytes = uniform ? sql`null::bytea` : sql`given.bytes`
  const waitForOwner = sql`case when owner = '' then '' else pg_advisory_xact_lock_shared(${ofOwner(sql`owner`)})::text end`

  return sql`with seen as materialized (
      select owner, sequence, changed_at,
        case when ${waitForOwner} is not null then pg_advisory_xact_lock(${ofAggregate(type, id)})::text end as lock
      from ${aggregate} where instance_id = ${slot('instance')} and type = ${type} and id = ${id} and live
    ), compared as materialized (
      select given.*, found.created_at, ${follows ? sql`follows or` : sql``} found.key is null or found.json is distinct from given.json
          or found.bytes is distinct from ${bytes} as differs
      from (select ${given}) as given
        left join lateral (
          select key, json, bytes, created_at from ${entry} where instance_id = ${slot('instance')} and subject_type = ${type}
            and subject_id = ${id} and namespace = given.namespace and key = given.key limit 1
        ) as found on true
    ), bumped as (
      insert into ${aggregate} as stored (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${type}, ${id}, owner, sequence + put.entries, sequence, true, greatest(put.at, changed_at)
      from seen cross join (select count(*) as entries, max(at) as at from compared where differs) as put
      where put.entries > 0 and lock is not null and ${version} = ${slot('indexes')}::text
      on conflict (instance_id, type, id) do update set sequence = excluded.sequence, changed_at = excluded.changed_at
        where stored.live and stored.sequence = excluded.revision
      returning 1
    ), put as materialized (
      select compared.*, seen.owner, seen.changed_at, greatest(at, seen.changed_at) as time,
        seen.sequence + row_number() over (order by place) as number
      from compared cross join seen cross join bumped where differs
    ), written as (
      insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
        actor_type, actor_id, actor_reason, payload, created_at)
      select ${slot('instance')}, ${type}, ${id}, number, type, owner, actor_type, actor_id, actor_reason, payload, time
      from put order by place
      returning transaction_id, position
    ), put_entries as (
      insert into ${entry} (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at,
        changed_at)
      select ${slot('instance')}, ${type}, ${id}, namespace, key, json, ${uniform ? sql`null` : sql`bytes`}, owner, number,
        ${follows ? sql`greatest(born, changed_at)` : sql`time`}, time
      from put ${follows ? sql`where last` : sql``}
      on conflict (instance_id, subject_type, subject_id, namespace, key) do update set
        json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at
    )
    select known.version, seen.owner, seen.sequence, seen.changed_at, ${dated ? sql`(${ofSubject(names, subject)})` : sql`null::int8`},
      entries.*, events.*
    from (select ${version} as version) as known
      left join seen on true
      cross join (
        select string_agg(case when differs then '1' else '0' end, '' order by place),
          string_agg(coalesce(created_at::text, ''), ',' order by place)
        from compared
      ) as entries
      cross join (
        select min(transaction_id::text), string_agg(position::text, ',' order by position) from written
      ) as events`
}
