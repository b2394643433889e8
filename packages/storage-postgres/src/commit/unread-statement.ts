import type { SubjectType } from '@indwell/core'
import { type Columns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { knowsIndexes } from './index-parts'
import { lockKeys } from './lock-targets'
import { inInstance, type Sql } from './part'
import { type PlaceOfCall, permitParts } from './permit-parts'

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
 * whether it declines, the version of the indexes, the owner, the sequence and the time before, the time of the commit, when
 * the entry or the subject came into being, the places of the entries that were put, and where something was written, the
 * transaction and the positions.
 *
 * What it looks at stands in the snapshot, which is as old as its start. So it writes only where the aggregate, once it is
 * locked, is what the snapshot has: entries never change without it. The locks are those of `lockClauses`, in its order.
 * Nor does it write where the indexes are not those that the process knows: what it puts, none of them holds.
 *
 * Every row is looked up by a subquery of its own, from rows whose number the planner does not know: see `readParts`. An
 * insert goes by the key's index where an update might scan.
 */
export function unreadStatement(names: TableNames, { subject, alone, permit }: UnreadShape): Sql {
  const aggregate = tableReference(names, names.aggregate)
  const entry = tableReference(names, names.entry)
  const { ofAggregate, ofOwner } = lockKeys(names)
  const { state: version } = knowsIndexes(names)
  const type = sql.lit(subject)
  const id = slot('subject')
  const isSubject = sql`${inInstance} and type = ${type} and id = asked.id`
  const state = (of: string) =>
    sql.join(['owner', 'sequence', 'revision', 'live'].map((name) => sql.ref(`${of}.${name}`)))
  const waitForOwner = sql`case when seen.owner = '' then '' else pg_advisory_xact_lock_shared(${ofOwner(sql`seen.owner`)})::text end`

  return sql`with seen as materialized (
      select seen.* from (
          select unnest((select ${id}::text[])) as id ${permit === undefined ? sql`` : sql`, unnest(${slot('callers')}::text[]) as caller`}
        ) as asked
        cross join lateral (select * from ${aggregate} where ${isSubject} limit 1) as seen
        ${permit === undefined ? sql`where seen.live` : permitted(names, permit)}
    ), waited as materialized (
      select seen.*, case when ${waitForOwner} is not null then pg_advisory_xact_lock(${ofAggregate(type, sql`seen.id`)})::text end as lock
      from seen
    ), locked as materialized (
      select asked.id, asked.owner, asked.sequence, asked.revision, asked.changed_at,
        (${state('stored')}) is distinct from (${state('asked')})
          or asked.sequence::text <> ${slot('expected')}::text is true as declined,
        greatest(${slot('at')}::int8, asked.changed_at) as time, ${version} as version
      from waited as asked cross join lateral (
          select * from ${aggregate} where ${isSubject} and asked.lock is not null for no key update
        ) as stored
    ), compared as materialized (
      select given.*, found.created_at,
        found.key is null or found.json is distinct from given.json or found.bytes is distinct from given.bytes as differs
      from (
          ${alone ? oneGiven : manyGiven}
        ) as given
        left join lateral (
          select * from ${entry} where ${inInstance} and subject_type = ${type} and subject_id = ${slot('id')}
            and namespace = ${slot('namespace')} and key = given.key limit 1
        ) as found on true
    ), put as materialized (
      select compared.*, locked.owner, locked.revision, locked.time, locked.sequence + ${alone ? sql`1` : sql`row_number() over (order by compared.place)`} as number
      from compared cross join locked where compared.differs and not locked.declined and locked.version = ${slot('indexes')}::text
    ), bumped as (
      insert into ${aggregate} (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${type}, ${slot('id')}, owner, number, revision, true, time
      from put ${alone ? sql`` : sql`order by number desc limit 1`}
      on conflict (instance_id, type, id) do update set sequence = excluded.sequence, changed_at = excluded.changed_at
    ), written as (
      insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
        actor_type, actor_id, actor_reason, payload, created_at)
      select ${slot('instance')}, ${type}, ${slot('id')}, number, type, owner, ${slot('actorType')}, ${slot('actorId')},
        ${slot('actorReason')}, payload, time
      from put ${alone ? sql`` : sql`order by place`}
      returning transaction_id, position
    ), put_entries as (
      insert into ${entry} (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at,
        changed_at)
      select ${slot('instance')}, ${type}, ${slot('id')}, ${slot('namespace')}, key, json, bytes, owner, number, time, time
      from put ${alone ? sql`` : sql`order by key`}
      on conflict (instance_id, subject_type, subject_id, namespace, key) do update set
        json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at
    )
    select locked.declined, locked.version, locked.owner, locked.sequence, locked.changed_at, locked.time, (${alone ? ofEntry : ofSubject(names, subject)}),
      ${alone ? oneWritten : manyWritten}
    from locked`
}

/** Joins what a permit is about to the subject that was `seen`, and leaves nothing where it does not hold. */
function permitted(names: TableNames, place: PlaceOfCall): Sql {
  const { joined, holds } = permitParts(names, place, sql`seen.owner`)
  return sql`${joined}
      where seen.live and seen.owner = ${place === 'own org' ? sql`caller.org_id` : slot('callOrg')} and ${holds}`
}

/** The key as a row of a set of unknown length, and everything else beside it. */
const oneGiven = sql`select 0 as place, unnest((select ${slot('keys')}::text[])) as key, ${slot('json')}::text as json,
  ${slot('bytes')}::bytea as bytes, ${slot('type')}::text as type, ${slot('payload')}::text as payload`

const manyGiven = sql`select unnest((select ${slot('places')}::int4[])) as place, unnest(${slot('keys')}::text[]) as key,
  unnest(${slot('json')}::text[]) as json, unnest(${slot('bytes')}::bytea[]) as bytes,
  unnest(${slot('type')}::text[]) as type, unnest(${slot('payload')}::text[]) as payload`

const oneWritten = sql`'0', (select transaction_id::text || ' ' || position::text from written)`

const manyWritten = sql`(select string_agg(place::text, ',' order by place) from put),
  (select min(transaction_id::text) || ' ' || string_agg(position::text, ',' order by position) from written)`

const ofEntry = sql`select created_at from compared`

function ofSubject(names: TableNames, subject: Carrier): Sql {
  const columns: Columns = recordTables[subject].columns
  const [member = ''] = recordTables[subject].key
  const key = columns[member]!.name
  return sql`select created_at from ${tableReference(names, names.record[subject])}
    where ${inInstance} and ${sql.ref(key)} = locked.id limit 1`
}
