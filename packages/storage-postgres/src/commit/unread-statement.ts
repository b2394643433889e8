import type { SubjectType } from '@indwell/core'
import { type Columns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { knowsIndexes } from './index-parts'
import { lockKeys } from './lock-targets'
import { inInstance, type Sql } from './part'
import { type PlaceOfCall, permittedHome } from './permitted-home'

/** Subjects of metadata that have an aggregate of their own. */
export type Carrier = Exclude<SubjectType, 'member'>

/** What tells the statements apart. */
export interface UnreadShape {
  readonly subject: Carrier
  /** Whether it answers when its one entry came into being, or else its subject. */
  readonly alone: boolean
  /** Where the caller has to hold a role, besides the instance: the org that the call names, or the caller's own. */
  readonly permit?: PlaceOfCall | undefined
}

/**
 * Looks at a subject and some of its entries, puts those that are not what they shall be, and answers one row:
 * whether it has anything to put, or declines in any case; the version of the indexes, the owner, the sequence and the time
 * before, when the entry or the subject came into being, the places of the entries that it has to put, and where that was
 * done, the transaction, the positions and the time of the commit.
 *
 * What it looks at stands in the snapshot, which is as old as its start. So it writes only where the subject's row is what
 * the snapshot has: entries never change without the sequence, or the end, of their subject. The locks are those of
 * `lockClauses`, in its order. Nor does it write where the indexes are not those that the process knows: what it puts, none
 * of them holds.
 *
 * Most of its time goes to the start of its plan, which grows with every clause. What is looked up by a whole key stands in
 * the statement as it is: then one row is expected of it whatever is known of the table, and no plan is made for a number of
 * rows that differs from run to run. An insert goes by the key's index where an update might scan.
 */
export function unreadStatement(names: TableNames, { subject, alone, permit }: UnreadShape): Sql {
  const aggregate = tableReference(names, names.aggregate)
  const entry = tableReference(names, names.entry)
  const { ofAggregate, ofOwner } = lockKeys(names)
  const { state: version } = knowsIndexes(names)
  const type = sql.lit(subject)
  const id = sql`${slot('id')}::text`
  const time = sql`greatest(${slot('at')}::int8, changed_at)`
  const waitForOwner = sql`case when seen.owner = '' then '' else pg_advisory_xact_lock_shared(${ofOwner(sql`seen.owner`)})::text end`
  const isEntry = (key: Sql) => sql`found.instance_id = ${slot('instance')} and found.subject_type = ${type}
        and found.subject_id = ${id} and found.namespace = ${slot('namespace')}::text and found.key = ${key}`

  return sql`with seen as materialized (
      select seen.owner, seen.sequence, seen.changed_at, ${version} as version,
        (seen.sequence::text <> ${slot('expected')}::text) is true as moved,
        case when ${waitForOwner} is not null then pg_advisory_xact_lock(${ofAggregate(type, id)})::text end as lock
        ${alone ? sql`, found.created_at, ${differs(oneGiven)} as differs` : sql``}
      from ${aggregate} as seen
        ${alone ? sql`left join ${entry} as found on ${isEntry(oneGiven.key)}` : sql``}
      where seen.instance_id = ${slot('instance')} and seen.type = ${type} and seen.id = ${id} and seen.live
        ${permit === undefined ? sql`` : permitted(names, permit)}
    ), ${
      alone
        ? sql``
        : sql`compared as materialized (
      select given.*, ${differs(givenRow)} as differs
      from (${manyGiven}) as given
        left join lateral (select * from ${entry} as found where ${isEntry(sql`given.key`)} limit 1) as found on true
    ), `
    }bumped as (
      insert into ${aggregate} as stored (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${type}, ${id}, owner, sequence + ${alone ? sql`1` : sql`put.entries`}, sequence, true, ${time}
      from seen ${alone ? sql`` : sql`cross join (select count(*) as entries from compared where differs) as put`}
      where ${alone ? sql`differs` : sql`put.entries > 0`} and not moved and lock is not null and version = ${slot('indexes')}::text
      on conflict (instance_id, type, id) do update set sequence = excluded.sequence, changed_at = excluded.changed_at
        where stored.live and stored.sequence = excluded.revision
      returning owner, sequence, changed_at
    ), ${
      alone
        ? sql``
        : sql`put as materialized (
      select compared.*, owner, changed_at,
        sequence - count(*) over () + row_number() over (order by place) as sequence
      from compared cross join bumped where differs
    ), `
    }written as (
      insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
        actor_type, actor_id, actor_reason, payload, created_at)
      select ${slot('instance')}, ${type}, ${id}, sequence, ${alone ? slot('type') : sql`type`}, owner, ${slot('actorType')},
        ${slot('actorId')}, ${slot('actorReason')}, ${alone ? slot('payload') : sql`payload`}, changed_at
      from ${alone ? sql`bumped` : sql`put order by place`}
      returning transaction_id, position, created_at
    ), put_entries as (
      insert into ${entry} (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at,
        changed_at)
      select ${slot('instance')}, ${type}, ${id}, ${slot('namespace')}::text, ${sql.join(alone ? [oneGiven.key, oneGiven.json, oneGiven.bytes] : [sql`key`, sql`json`, sql`bytes`])},
        owner, sequence, changed_at, changed_at
      from ${alone ? sql`bumped` : sql`put order by key`}
      on conflict (instance_id, subject_type, subject_id, namespace, key) do update set
        json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at
    )
    select ${alone ? sql`differs or moved` : sql`moved or exists (select from compared where differs)`}, version, owner, sequence,
      changed_at, ${alone ? sql`created_at` : sql`(${ofSubject(names, subject)})`}, ${alone ? oneWritten : manyWritten}
    from seen`
}

/** Where a permit does not hold, nothing is seen. */
function permitted(names: TableNames, place: PlaceOfCall): Sql {
  const home = permittedHome(names, place)
  return place === 'own org'
    ? sql`and seen.owner = ${home}`
    : sql`and seen.owner = ${slot('callOrg')} and ${home} is not null`
}

interface GivenEntry {
  readonly key: Sql
  readonly json: Sql
  readonly bytes: Sql
}

const oneGiven: GivenEntry = {
  key: sql`${slot('keys')}::text`,
  json: sql`${slot('json')}::text`,
  bytes: sql`${slot('bytes')}::bytea`,
}

const givenRow: GivenEntry = { key: sql`given.key`, json: sql`given.json`, bytes: sql`given.bytes` }

const differs = ({ json, bytes }: GivenEntry) =>
  sql`(found.key is null or found.json is distinct from ${json} or found.bytes is distinct from ${bytes})`

// The first array through a subquery, which hides its length from the planner: see `rowSet`.
const manyGiven = sql`select unnest((select ${slot('places')}::int4[])) as place, unnest(${slot('keys')}::text[]) as key,
          unnest(${slot('json')}::text[]) as json, unnest(${slot('bytes')}::bytea[]) as bytes,
          unnest(${slot('type')}::text[]) as type, unnest(${slot('payload')}::text[]) as payload`

const oneWritten = sql`'0', (select transaction_id::text || ' ' || position::text || ' ' || created_at::text from written)`

const manyWritten = sql`(select string_agg(place::text, ',' order by place) from compared where differs),
      (select min(transaction_id::text) || ' ' || string_agg(position::text, ',' order by position) || ' ' || min(created_at)::text from written)`

export function ofSubject(names: TableNames, subject: Carrier): Sql {
  const columns: Columns = recordTables[subject].columns
  const [member = ''] = recordTables[subject].key
  return sql`select created_at from ${tableReference(names, names.record[subject])}
    where ${inInstance} and ${sql.ref(columns[member]!.name)} = ${slot('id')}::text limit 1`
}
