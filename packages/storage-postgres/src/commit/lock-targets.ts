import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import { inInstance, type Sql } from './part'
import type { TargetRow } from './round-rows'

export const targets = rowSet<TargetRow>('given_target', {
  target: ['int4', ({ target }) => target],
  type: ['text', ({ key }) => key.type],
  id: ['text', ({ key }) => key.id],
  owner: ['text', ({ owner }) => owner],
  writes: ['boolean', ({ writes }) => writes],
  empties: ['boolean', ({ empties }) => empties],
})

/** What advisory locks go by: an aggregate, and an org as the owner of others. */
export function lockKeys(names: TableNames) {
  const table = sql.lit(
    [names.schema, names.aggregate].flatMap((name) => (name === undefined ? [] : `"${name}"`)).join('.'),
  )
  const keyOf = (type: Sql, id: Sql) =>
    sql`hashtextextended(${id}, hashtextextended(${type}, hashtextextended(${slot('instance')}, ${table}::regclass::oid::int8)))`
  return { ofAggregate: keyOf, ofOwner: (owner: Sql) => keyOf(sql`'owner'`, owner) }
}

/**
 * `locked`: the targets with their newest rows, which nobody else can change until the transaction ends. Those that only
 * have to stay as they are take the weaker lock: many commits may rely on one org at a time.
 *
 * Advisory locks come first, and all of them. Row locks give the transaction its id, and one that had its id while it
 * waited would stand in the feed before the events it waited for.
 *
 * Before the targets, the orgs that own them: whoever removes all that an org holds waits for everybody who writes to any
 * of it, and the others for each other never.
 *
 * Each row is looked up by a subquery of its own, which goes by the key's index whatever the planner believes of the table,
 * in the order of the targets.
 */
export function lockClauses(names: TableNames): readonly Sql[] {
  const { ofAggregate, ofOwner } = lockKeys(names)
  const row = sql`select sequence, revision, live, changed_at from ${tableReference(names, names.aggregate)}
    where ${inInstance} and type = target.type and id = target.id`
  return [
    sql`given_target as materialized (select * from ${targets.source})`,
    sql`waited_owner as materialized (
      select case when empties then pg_advisory_xact_lock(${ofOwner(sql`owner`)})::text else pg_advisory_xact_lock_shared(${ofOwner(sql`owner`)})::text end as lock
      from (select owner, bool_or(empties) as empties from given_target where owner <> '' group by owner order by owner) as held
    )`,
    sql`waited as materialized (
      select case when writes then pg_advisory_xact_lock(${ofAggregate(sql`type`, sql`id`)})::text else pg_advisory_xact_lock_shared(${ofAggregate(sql`type`, sql`id`)})::text end as lock
      from (select * from given_target where (select count(lock) from waited_owner) >= 0 order by target) as target
    )`,
    sql`locked as materialized (
    select target.target, target.type, target.id, target.owner,
      coalesce(written.sequence, kept.sequence) as sequence,
      coalesce(written.revision, kept.revision) as revision,
      coalesce(written.live, kept.live, false) as live,
      coalesce(written.changed_at, kept.changed_at) as changed_at,
      seen.sequence is null as absent,
      (coalesce(written.sequence, kept.sequence), coalesce(written.revision, kept.revision), coalesce(written.live, kept.live))
        is distinct from (seen.sequence, seen.revision, seen.live) as moved
    from (select * from given_target where (select count(lock) from waited) > 0 order by target) as target
      left join lateral (${row} and target.writes for no key update) as written on true
      left join lateral (${row} and not target.writes for share) as kept on true
      left join lateral (${row} limit 1) as seen on true
    )`,
  ]
}

/** `waited`: all of the targets, once nobody else may write to them. No rows are locked. */
export const waitClauses = (names: TableNames): readonly Sql[] => lockClauses(names).slice(0, -1)
