import { type Expectation, payloadTextOf } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { type Statement, type StatementValues, slot, statementCache, tableReference } from '../statement-cache'
import { claimParts } from './claim-parts'
import { entryParts } from './entry-parts'
import { heldRemovalPart } from './held-removal-part'
import { indexParts } from './index-parts'
import { keptAnswerPart } from './kept-answer-part'
import { lockClauses, targets, waitClauses } from './lock-targets'
import type { Part, Sql } from './part'
import { recordParts } from './record-parts'
import type { ChangeRow, CommitRow, EventRow, RoundRows } from './round-rows'

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
      const shape = parts.filter((part) => part.occurs(rows))
      const values = { instance: instanceId }
      for (const set of [...always, ...shape]) Object.assign(values, set.values(rows))
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

const changes = rowSet<ChangeRow>('given_change', {
  change: ['int4', ({ change }) => change],
  commit: ['int4', ({ commit }) => commit],
  target: ['int4', ({ target }) => target.target],
  rank: ['int4', ({ rank }) => rank],
  expect: ['text', ({ source: { expect } }) => (typeof expect === 'string' ? expect : expectedOf(expect).kind)],
  // As text: a caller's number need not be one that the column can hold.
  expected: ['text', ({ source: { expect } }) => (typeof expect === 'string' ? null : expectedOf(expect).text)],
  events: ['int4', ({ source }) => source.events.length],
  revise: ['boolean', ({ source }) => source.revise],
  removes: ['boolean', ({ source }) => source.removes === true],
  owner: ['text', ({ source }) => source.owner],
})

const events = rowSet<EventRow>('given_event', {
  change: ['int4', ({ change }) => change],
  nth: ['int4', ({ nth }) => nth],
  type: ['text', ({ source }) => source.type],
  payload: ['text', ({ source }) => payloadTextOf(source)],
})

const always = [
  { values: (rows: RoundRows) => targets.values(rows.targets) },
  { values: (rows: RoundRows) => commits.values(rows.commits) },
  { values: (rows: RoundRows) => changes.values(rows.changes) },
  { values: (rows: RoundRows) => events.values(rows.events) },
]

function applyStatement(names: TableNames, shape: readonly Part[]): Sql {
  const aggregate = tableReference(names, names.aggregate)
  const event = tableReference(names, names.event)
  const refusals = shape.flatMap(({ refuses }) => refuses ?? [])
  const knows = shape.flatMap(({ knows }) => knows ?? [])
  const isUnknown = knows.map(({ isKnown }) => sql`not ${isKnown} or `)
  const state = knows.length === 0 ? sql`null::text` : sql.join(knows.map(({ state }) => state))
  const late =
    refusals.length === 0
      ? sql`select null::int4 as commit, null::int4 as refused where false`
      : sql`select commit, min(rank) * 2 as refused from (${sql.join(refusals, sql` union all `)}) as refusal group by commit`

  const clauses = [
    ...shape.flatMap(({ input }) => input ?? []),
    ...lockClauses(names),
    // Twice the rank of the condition, and one more where the aggregate lives but is not what was expected.
    sql`judged as materialized (
      select given_change.*, locked.sequence, locked.changed_at, locked.absent, locked.moved,
        case
          when expect = 'new' then case when live then rank * 2 end
          when not live then rank * 2
          when expect = 'revision' and revision::text <> expected then rank * 2 + 1
          when expect = 'sequence' and sequence::text <> expected then rank * 2 + 1
          when expect = 'both' and revision::text || '@' || sequence::text <> expected then rank * 2 + 1
        end as refused
      from ${changes.source} join locked on locked.target = given_change.target
    )`,
    sql`late as materialized (${late})`,
    sql`checked as (
      select given.*, greatest(given.at, own.changed_at) as own_at, coalesce(own.refused, late.refused) as refused,
        ${sql.join(isUnknown, sql``)} own.moved and (own.absent or (given.sensitive and own.refused is null)) as again
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
      select judged.change, judged.commit, judged.target, judged.owner, judged.events, judged.revise, judged.removes,
        verdict.time, verdict.actor_type, verdict.actor_id, verdict.actor_reason,
        coalesce(judged.sequence, 0) - judged.events
          + sum(judged.events) over (partition by judged.target order by judged.change) as base
      from judged join verdict on verdict.commit = judged.commit
      where verdict.ok
    )`,
    // An insert goes by the key's index where an update might scan. Two that create one aggregate both come to the update,
    // but not past their first event, whose key they share.
    sql`bumped as (
      insert into ${aggregate} as stored (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, locked.type, locked.id, locked.owner, coalesce(locked.sequence, 0) + total.events,
        coalesce(locked.revision, 0) + total.revisions, not total.removed, coalesce(total.time, locked.changed_at)
      from (
          select target, sum(events) as events, count(*) filter (where revise) as revisions, bool_or(removes) as removed,
            max(time) filter (where events > 0) as time
          from applied group by target having sum(events) > 0 or bool_or(revise) or bool_or(removes)
        ) as total join locked on locked.target = total.target
      order by locked.target
      on conflict (instance_id, type, id) do update set
        owner = case when stored.live then stored.owner else excluded.owner end,
        sequence = excluded.sequence, revision = excluded.revision, live = excluded.live, changed_at = excluded.changed_at
    )`,
    sql`written as (
      insert into ${event} (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id,
        actor_reason, payload, created_at)
      select ${slot('instance')}, locked.type, locked.id, applied.base + given_event.nth, given_event.type, applied.owner,
        applied.actor_type, applied.actor_id, applied.actor_reason, given_event.payload, applied.time
      from ${events.source}
        join applied on applied.change = given_event.change
        join locked on locked.target = applied.target
      order by given_event.ord
      returning transaction_id, position
    )`,
    ...shape.flatMap(({ effect }) => effect?.(shape) ?? []),
  ]
  return sql`with ${sql.join(clauses)}
    select verdict.commit, verdict.refused, verdict.again, verdict.time,
      string_agg((applied.base + applied.events)::text, ',' order by applied.change), null::text
    from verdict left join applied on applied.commit = verdict.commit
    group by verdict.commit, verdict.refused, verdict.again, verdict.time
    union all
    select null, null, null, min(transaction_id::text)::int8, string_agg(position::text, ',' order by position), ${state} from written`
}

function expectedOf(expect: Exclude<Expectation, string>): { readonly kind: string; readonly text: string } {
  const { revision, sequence } = { revision: undefined, sequence: undefined, ...expect }
  if (sequence === undefined) return { kind: 'revision', text: String(revision) }
  return revision === undefined
    ? { kind: 'sequence', text: sequence }
    : { kind: 'both', text: `${revision}@${sequence}` }
}
