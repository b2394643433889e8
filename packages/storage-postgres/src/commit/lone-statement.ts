import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot } from '../statement-cache'
import { bumpedClause, changeColumns, lateClause, places, refused, writtenClause } from './commit-clauses'
import { lockClauses } from './lock-targets'
import type { Part, Sql } from './part'
import type { ChangeRow, RoundRows } from './round-rows'

/** Of a lone commit each change has a target of its own. */
const changes = rowSet<ChangeRow>(
  'given_target',
  {
    ...changeColumns,
    type: ['text', ({ target }) => target.key.type],
    id: ['text', ({ target }) => target.key.id],
    writes: ['boolean', ({ target }) => target.writes],
    empties: ['boolean', ({ target }) => target.empties],
  },
  'lone_change',
)

/** The values of a lone commit. */
export const loneSet = {
  values({ commits: [commit], changes: list }: RoundRows): Record<string, unknown> {
    const { at, actor } = commit!.source
    return {
      at,
      sensitive: commit!.sensitive,
      actorType: actor.type,
      actorId: actor.id,
      actorReason: actor.reason,
      ...changes.values([...list].sort((a, b) => a.target.target - b.target.target)),
    }
  },
}

/**
 * The statement of a round that is one commit: the same locks, conditions and parts, without what sets commits against
 * each other. Its time is the executor's start more than anything, which grows with every clause.
 */
export function loneStatement(names: TableNames, shape: readonly Part[]): Sql {
  const clauses = [
    ...shape.flatMap(({ input }) => input ?? []),
    ...lockClauses(names, changes.source),
    sql`judged as materialized (select locked.*, ${refused} as refused from locked)`,
    lateClause(shape),
    sql`verdict as materialized (
      select 0 as commit, refused, again, time, refused is null and not again as ok
      from (
        select coalesce(min(refused), (select min(refused) from late)) as refused,
          bool_or(moved) and (bool_or(absent) or (${slot('sensitive')}::boolean and min(refused) is null)) as again,
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
        from applied where events > 0 or revise or removes order by target`,
    ),
    writtenClause(names),
    ...shape.flatMap(({ effect }) => effect?.(shape) ?? []),
  ]
  return sql`with ${sql.join(clauses)}
    select commit, refused, again, time, (select string_agg((base + events)::text, ',' order by change) from applied)
    from verdict union all ${places}`
}
