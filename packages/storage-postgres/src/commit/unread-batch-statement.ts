import { type Columns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { knowsIndexes } from './index-parts'
import { lockKeys } from './lock-targets'
import { inInstance, type Sql } from './part'
import type { Carrier } from './unread-statement'

/** What tells the statements apart. */
export interface UnreadBatchShape {
  readonly subject: Carrier
  /** Where no subject has two entries put, nothing has to be numbered, or told apart. One alone has a statement of its own. */
  readonly subjects: 'one' | 'each once' | 'several'
  /** Whether all entries have JSON, in one namespace, and events of one type and actor. */
  readonly uniform: boolean
  /** Whether an entry is set twice. */
  readonly follows: boolean
  /** Whether it answers when the subjects came into being. */
  readonly dated: boolean
}

/**
 * What `unreadStatement` does, for entries of many subjects, in as few nodes: it answers a row for each entry of a subject
 * that lives: its place, the subject with its owner, the sequence and the time before, when the subject and the entry came into
 * being, whether it was not what it shall be, and the place of its event, absent where nothing was put; and a row
 * without a place: the version of the indexes, and the transaction.
 *
 * What it looks at stands in the snapshot, which is as old as its start. So a subject's row is written only where it is what
 * the snapshot has, and entries and events only where that was: entries never change without the sequence, or the end, of
 * their subject. No row is locked to look at it first, which costs as much as to write it. Advisory locks come before all
 * that, those of `lockClauses` in its order: nobody who has one waits for a row.
 *
 * `follows`: an earlier put of the batch sets the entry to something else, and so to what an entry is compared with.
 */
export function unreadBatchStatement(
  names: TableNames,
  { subject, subjects, uniform, follows, dated }: UnreadBatchShape,
): Sql {
  const alone = subjects === 'each once'
  const aggregate = tableReference(names, names.aggregate)
  const entry = tableReference(names, names.entry)
  const { ofAggregate, ofOwner } = lockKeys(names)
  const { isKnown, state: version } = knowsIndexes(names)
  const type = sql.lit(subject)
  const list = (name: string, of: string) => sql`unnest(${slot(name)}::${sql.raw(of)}[])`
  const shared = (name: string) => (uniform ? sql`${slot(name)}::text` : list(name, 'text'))
  const put = sql.join([
    sql`unnest(${slot('places')}::int4[]) as place, ${list('keys', 'text')} as key, ${list('json', 'text')} as json`,
    sql`${uniform ? sql`null::bytea` : list('bytes', 'bytea')} as bytes, ${list('payload', 'text')} as payload`,
    sql`${list('at', 'int8')} as at, ${shared('namespace')} as namespace, ${shared('type')} as type`,
    sql`${shared('actorType')} as actor_type, ${shared('actorId')} as actor_id, ${shared('actorReason')} as actor_reason`,
    ...(follows
      ? [
          sql`${list('follows', 'boolean')} as follows, ${list('last', 'boolean')} as last, ${list('born', 'int8')} as born`,
        ]
      : []),
  ])
  // The first array through a subquery, which hides its length from the planner: see `rowSet`.
  const ids = (name: string) => sql`unnest((select ${slot(name)}::text[])) as id`
  const seen = (asked: Sql) => sql`select asked.*, seen.owner, seen.sequence, seen.changed_at
      from (select ${asked}) as asked
        cross join lateral (
          select owner, sequence, changed_at, live from ${aggregate}
          where ${inInstance} and type = ${type} and id = asked.id limit 1
        ) as seen
      where seen.live`
  const given = alone
    ? sql`select * from subject`
    : sql`select given.*, subject.owner, subject.sequence, subject.changed_at
        from (select ${ids('ids')}, ${put}) as given join subject on subject.id = given.id`
  const found = sql`found.key is null or found.json is distinct from given.json or found.bytes is distinct from given.bytes`
  const compared = sql`select given.*, greatest(given.at, given.changed_at) as time, found.created_at,
      ${follows ? sql`given.follows or ${found}` : found} as differs
    from (${given}) as given
      left join lateral (
        select key, json, bytes, created_at from ${entry} where ${inInstance} and subject_type = ${type}
          and subject_id = given.id and namespace = given.namespace and key = given.key limit 1
      ) as found on true`
  const total = alone
    ? sql`select id, owner, sequence, sequence + 1 as newest, time from compared where differs`
    : sql`select id, owner, sequence, max(number) as newest, max(time) as time from compared where differs group by id, owner, sequence`

  return sql`with subject as materialized (
      ${seen(alone ? sql`${ids('ids')}, ${put}` : ids('subjects'))}
    ), waited_owner as materialized (
      select pg_advisory_xact_lock_shared(${ofOwner(sql`owner`)})::text as lock
      from (select owner from subject where owner <> '' group by owner order by owner) as held
    ), waited as materialized (
      select pg_advisory_xact_lock(${ofAggregate(type, sql`id`)})::text as lock
      from subject where (select count(lock) from waited_owner) >= 0
    ), compared as materialized (
      ${
        alone
          ? sql`select compared.*, sequence + 1 as number from (${compared}) as compared`
          : sql`select compared.*,
              sequence + count(*) filter (where differs) over (partition by id order by place) as number
            from (${compared}) as compared`
      }
    ), bumped as materialized (
      insert into ${aggregate} as stored (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${type}, id, owner, newest, sequence, true, time from (${total}) as total
      where ${isKnown} and (select count(lock) from waited) > 0
      on conflict (instance_id, type, id) do update set sequence = excluded.sequence, changed_at = excluded.changed_at
        where stored.live and stored.sequence = excluded.revision
      returning id
    ), put as materialized (
      select compared.* from compared join bumped on bumped.id = compared.id where compared.differs
      ${alone ? sql`` : sql`order by place`}
    ), written as (
      insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
        actor_type, actor_id, actor_reason, payload, created_at)
      select ${slot('instance')}, ${type}, id, number, type, owner, actor_type, actor_id, actor_reason, payload, time from put
      returning aggregate_id, sequence, transaction_id, position
    ), put_entries as (
      insert into ${entry} (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at,
        changed_at)
      select ${slot('instance')}, ${type}, id, namespace, key, json, bytes, owner, number, ${follows ? sql`greatest(born, changed_at)` : sql`time`}, time
      from put ${follows ? sql`where last` : sql``}
      on conflict (instance_id, subject_type, subject_id, namespace, key) do update set
        json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at
    )
    select place, id, owner, compared.sequence, changed_at, ${dated ? sql`(${ofSubject(names, subject)})` : sql`null::int8`},
      compared.created_at, differs, written.position
    from compared left join written on written.aggregate_id = compared.id ${
      alone ? sql`` : sql`and written.sequence = compared.number and compared.differs`
    }
    union all select null, ${version}, (select min(transaction_id::text) from written), null, null, null, null, null, null`
}

function ofSubject(names: TableNames, subject: Carrier): Sql {
  const columns: Columns = recordTables[subject].columns
  const [member = ''] = recordTables[subject].key
  return sql`select created_at from ${tableReference(names, names.record[subject])}
    where ${inInstance} and ${sql.ref(columns[member]!.name)} = compared.id limit 1`
}
