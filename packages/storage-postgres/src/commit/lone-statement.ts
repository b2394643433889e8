import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import {
  bumpedClause,
  changeColumns,
  events,
  isUnknown,
  lateClause,
  places,
  refused,
  writtenClause,
} from './commit-clauses'
import { lockKeys } from './lock-targets'
import { inInstance, type Part, type Sql } from './part'
import type { ChangeRow, RoundRows } from './round-rows'

/** What tells the statements of lone commits apart. */
export interface LoneShape {
  readonly parts: readonly Part[]
  /** Whether there are aggregates that only have to stay as they are. */
  readonly keeps: boolean
  readonly oneEvent: boolean
  /** Says all of that. */
  readonly key: string
  values(rows: RoundRows): Record<string, unknown>
}

/** A change, which has a target of its own. `owner`: whose lock comes before it; `null` where another change has it too. */
interface LoneChange extends ChangeRow {
  readonly lockedOwner: string | null
  readonly empties: boolean
}

const changes = rowSet<LoneChange>('given_target', {
  ...changeColumns,
  type: ['text', ({ target }) => target.key.type],
  id: ['text', ({ target }) => target.key.id],
  writes: ['boolean', ({ target }) => target.writes],
  locked_owner: ['text', ({ lockedOwner }) => lockedOwner],
  empties: ['boolean', ({ empties }) => empties],
})

export function loneShape(rows: RoundRows, parts: readonly Part[]): LoneShape {
  const { changes: list, events: written } = rows
  const used = parts.map((part) => (part.once?.occurs(rows) ? part.once : part))
  const keeps = list.some(({ target }) => !target.writes)
  const oneEvent = written.length === 1
  return {
    parts: used,
    keeps,
    oneEvent,
    key: [...used.map(({ name, isOnce }) => (isOnce ? `${name} once` : name)), keeps, oneEvent].join(),
    values({ commits: [commit] }) {
      const { at, actor } = commit!.source
      return {
        at,
        sensitive: commit!.sensitive,
        actorType: actor.type,
        actorId: actor.id,
        actorReason: actor.reason,
        ...changes.values(loneChanges(list)),
        ...(oneEvent ? events.once : events).values(written),
      }
    },
  }
}

/** In the order of the targets, owners in theirs. */
function loneChanges(list: readonly ChangeRow[]): readonly LoneChange[] {
  const sorted = [...list].sort((a, b) => a.target.target - b.target.target)
  const owners = [...new Set(sorted.map(({ target }) => target.owner).filter((owner) => owner !== ''))].sort()
  return sorted.map((change, place) => {
    const lockedOwner = owners[place] ?? null
    const empties = sorted.some(({ target }) => target.empties && target.owner === lockedOwner)
    return { ...change, lockedOwner, empties }
  })
}

/**
 * The statement of a round that is one commit: the same locks in the same order, conditions and parts, without what sets
 * commits against each other. Most of its time goes to the start of its plan, which grows with every clause.
 */
export function loneStatement(names: TableNames, { parts, keeps, oneEvent }: LoneShape): Sql {
  const { ofAggregate, ofOwner } = lockKeys(names)
  const lock = (isExclusive: string, key: Sql) =>
    sql`case when ${sql.ref(isExclusive)} then pg_advisory_xact_lock(${key})::text else pg_advisory_xact_lock_shared(${key})::text end as lock`
  const row = sql`select sequence, revision, live, changed_at from ${tableReference(names, names.aggregate)}
    where ${inInstance} and type = target.type and id = target.id`
  const kept = keeps ? sql`left join lateral (${row} and not target.writes for share) as kept on true` : sql``
  const newest = (column: string) =>
    keeps ? sql`coalesce(${sql.ref(`written.${column}`)}, ${sql.ref(`kept.${column}`)})` : sql.ref(`written.${column}`)
  const clauses = [
    ...parts.flatMap(({ input }) => input ?? []),
    sql`given_target as materialized (select * from ${changes.source})`,
    sql`waited_owner as materialized (
      select ${lock('empties', ofOwner(sql`locked_owner`))} from given_target where locked_owner is not null
    )`,
    sql`waited as materialized (
      select ${lock('writes', ofAggregate(sql`type`, sql`id`))} from given_target where (select count(lock) from waited_owner) >= 0
    )`,
    sql`judged as materialized (
      select locked.*, ${refused} as refused
      from (
        select target.*, ${newest('sequence')} as sequence, ${newest('revision')} as revision,
          coalesce(${newest('live')}, false) as live, ${newest('changed_at')} as changed_at, seen.sequence is null as absent,
          (${sql.join([newest('sequence'), newest('revision'), newest('live')])})
            is distinct from (seen.sequence, seen.revision, seen.live) as moved
        from (select * from given_target where (select count(lock) from waited) > 0) as target
          left join lateral (${row} and target.writes for no key update) as written on true
          ${kept}
          left join lateral (${row} limit 1) as seen on true
      ) as locked
    )`,
    lateClause(parts),
    sql`verdict as materialized (
      select 0 as commit, refused, again, time, refused is null and not again as ok
      from (
        select coalesce(min(refused), (select min(refused) from late)) as refused,
          ${isUnknown(parts)} or bool_or(moved) and (bool_or(absent) or (${slot('sensitive')}::boolean and min(refused) is null)) as again,
          greatest(${slot('at')}::int8, max(changed_at)) as time
        from judged
      ) as decided
    )`,
    sql`applied as materialized (
      select judged.*, coalesce(judged.sequence, 0) as base, verdict.time, ${slot('actorType')}::text as actor_type,
        ${slot('actorId')}::text as actor_id, ${slot('actorReason')}::text as actor_reason
      from judged cross join verdict where verdict.ok
    )`,
    bumpedClause(
      names,
      sql`select ${slot('instance')}, type, id, owner, base + events, coalesce(revision, 0) + revise::int4, not removes,
          case when events > 0 then time else changed_at end
        from applied where events > 0 or revise or removes`,
    ),
    writtenClause(names, oneEvent ? events.once.source : events.source),
    ...parts.flatMap(({ effect }) => effect?.(parts) ?? []),
  ]
  return sql`with ${sql.join(clauses)}
    select commit, refused, again, time, (select string_agg((base + events)::text, ',' order by change) from applied), null::text
    from verdict union all ${places(parts)}`
}
