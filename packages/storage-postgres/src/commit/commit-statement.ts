import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { type Statement, type StatementValues, slot, statementCache } from '../statement-cache'
import { claimParts } from './claim-parts'
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
import { entryParts } from './entry-parts'
import { heldRemovalPart } from './held-removal-part'
import { indexParts } from './index-parts'
import { keptAnswerPart } from './kept-answer-part'
import { lockClauses, targets, waitClauses } from './lock-targets'
import { type LoneShape, loneShape, loneStatement } from './lone-statement'
import type { Part, Sql } from './part'
import { recordParts } from './record-parts'
import type { ChangeRow, CommitRow, RoundRows } from './round-rows'

export interface BoundStatement {
  readonly statement: Statement
  readonly values: StatementValues
}

/** The two statements that a round needs. */
export interface RoundStatements {
  /**
   * Decides and applies the round. One row for each commit: its number, the condition that refused it, whether it has to
   * be tried again, its time, the new sequences of its aggregates; and a last row without a number: the places of all
   * written events and their transaction, and the version of the indexes where the round has to know them.
   */
  apply(instanceId: string, rows: RoundRows): BoundStatement
  /** Keeps others off what `apply` locks, in a transaction before it, so that its snapshot is newer than the wait. */
  lock(instanceId: string, rows: RoundRows): BoundStatement
}

/**
 * One statement checks a whole round, numbers its events and writes everything.
 *
 * Its snapshot is as old as its start, while `for update` waits and then gives the newest row: so sequences, revisions and
 * whether an aggregate lives are decided on the locked rows, and everything else on the snapshot. Where a locked row is
 * not the one of the snapshot, commits that depend on anything else are handed back to be tried again. Who takes a claim
 * or creates an aggregate at the same time is stopped by the key, which undoes the whole statement.
 */
export function roundStatements(names: TableNames): RoundStatements {
  const statementOf = statementCache(
    (shape: readonly Part[]) => shape.map(({ name }) => name).join(),
    (shape) => applyStatement(names, shape),
  )
  const loneStatementOf = statementCache(
    ({ key }: LoneShape) => key,
    (shape) => loneStatement(names, shape),
  )
  // No rows: the transaction would have its id before its snapshot, and stand in the feed before what the snapshot saw.
  const lockOf = statementCache(
    () => '',
    () => sql`with ${sql.join(waitClauses(names))} select count(lock) from waited`,
  )
  const parts = [
    ...claimParts(names),
    ...entryParts(names),
    ...indexParts(names),
    ...recordParts(names),
    heldRemovalPart(names),
    keptAnswerPart(names),
  ]
  return {
    apply(instanceId, rows) {
      const values = { instance: instanceId }
      const shape = parts.filter((part) => part.occurs(rows))
      if (rows.commits.length === 1) {
        const lone = loneShape(rows, shape)
        for (const set of [lone, ...lone.parts]) Object.assign(values, set.values(rows))
        return { statement: loneStatementOf(lone), values }
      }
      for (const set of [...sets, ...shape]) Object.assign(values, set.values(rows))
      return { statement: statementOf(shape), values }
    },
    lock: (instanceId, rows) => ({
      statement: lockOf(undefined),
      values: { instance: instanceId, ...targets.values(rows.targets) },
    }),
  }
}

const commits = rowSet<CommitRow>('given', {
  commit: ['int4', ({ commit }) => commit],
  at: ['int8', ({ source }) => source.at],
  chain: ['int4', ({ chain }) => chain],
  leads: ['boolean', ({ leads }) => leads],
  sensitive: ['boolean', ({ sensitive }) => sensitive],
  actor_type: ['text', ({ source }) => source.actor.type],
  actor_id: ['text', ({ source }) => source.actor.id],
  actor_reason: ['text', ({ source }) => source.actor.reason],
})

const changes = rowSet<ChangeRow>('given_change', changeColumns)

const sets = [
  { values: (rows: RoundRows) => targets.values(rows.targets) },
  { values: (rows: RoundRows) => commits.values(rows.commits) },
  { values: (rows: RoundRows) => changes.values(rows.changes) },
  { values: (rows: RoundRows) => events.values(rows.events) },
]

function applyStatement(names: TableNames, shape: readonly Part[]): Sql {
  const clauses = [
    ...shape.flatMap(({ input }) => input ?? []),
    ...lockClauses(names),
    sql`judged as materialized (
      select given_change.*, locked.type, locked.id, locked.sequence, locked.changed_at, locked.absent, locked.moved,
        ${refused} as refused
      from ${changes.source} join locked on locked.target = given_change.target
    )`,
    lateClause(shape),
    sql`checked as (
      select given.*, greatest(given.at, own.changed_at) as own_at, coalesce(own.refused, late.refused) as refused,
        ${isUnknown(shape)} or own.moved and (own.absent or (given.sensitive and own.refused is null)) as again
      from ${commits.source}
        join (
          select commit, min(refused) as refused, max(changed_at) as changed_at, bool_or(moved) as moved, bool_or(absent) as absent
          from judged group by commit
        ) as own on own.commit = given.commit
        left join late on late.commit = given.commit
    )`,
    sql`verdict as materialized (
      select commit, refused, again, actor_type, actor_id, actor_reason, refused is null and not again as ok,
        greatest(own_at, max(own_at) filter (where leads and refused is null and not again)
          over (partition by chain order by commit rows between unbounded preceding and 1 preceding)) as time
      from checked
    )`,
    sql`applied as materialized (
      select judged.change, judged.commit, judged.target, judged.type, judged.id, judged.owner, judged.events, judged.revise, judged.removes,
        verdict.time, verdict.actor_type, verdict.actor_id, verdict.actor_reason,
        coalesce(judged.sequence, 0) - judged.events
          + sum(judged.events) over (partition by judged.target order by judged.change) as base
      from judged join verdict on verdict.commit = judged.commit
      where verdict.ok
    )`,
    bumpedClause(
      names,
      sql`select ${slot('instance')}, locked.type, locked.id, locked.owner, coalesce(locked.sequence, 0) + total.events,
        coalesce(locked.revision, 0) + total.revisions, not total.removed, coalesce(total.time, locked.changed_at)
      from (
          select target, sum(events) as events, count(*) filter (where revise) as revisions, bool_or(removes) as removed,
            max(time) filter (where events > 0) as time
          from applied group by target having sum(events) > 0 or bool_or(revise) or bool_or(removes)
        ) as total join locked on locked.target = total.target
      order by locked.target`,
    ),
    writtenClause(names, events.source),
    ...shape.flatMap(({ effect }) => effect?.(shape) ?? []),
  ]
  return sql`with ${sql.join(clauses)}
    select verdict.commit, verdict.refused, verdict.again, verdict.time,
      string_agg((applied.base + applied.events)::text, ',' order by applied.change), null::text
    from verdict left join applied on applied.commit = verdict.commit
    group by verdict.commit, verdict.refused, verdict.again, verdict.time
    union all ${places(shape)}`
}
