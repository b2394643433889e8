import { type Expectation, payloadTextOf } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import type { Part, Sql } from './part'
import type { ChangeRow, EventRow } from './round-rows'

/** What a change is and expects, as columns of a set of rows. */
export const changeColumns = {
  change: ['int4', ({ change }: ChangeRow) => change],
  commit: ['int4', ({ commit }: ChangeRow) => commit],
  target: ['int4', ({ target }: ChangeRow) => target.target],
  rank: ['int4', ({ rank }: ChangeRow) => rank],
  expect: [
    'text',
    ({ source: { expect } }: ChangeRow) => (typeof expect === 'string' ? expect : expectedOf(expect).kind),
  ],
  // As text: a caller's number need not be one that the column can hold.
  expected: [
    'text',
    ({ source: { expect } }: ChangeRow) => (typeof expect === 'string' ? null : expectedOf(expect).text),
  ],
  events: ['int4', ({ source }: ChangeRow) => source.events.length],
  revise: ['boolean', ({ source }: ChangeRow) => source.revise],
  removes: ['boolean', ({ source }: ChangeRow) => source.removes === true],
  owner: ['text', ({ source }: ChangeRow) => source.owner],
} as const

function expectedOf(expect: Exclude<Expectation, string>): { readonly kind: string; readonly text: string } {
  const { revision, sequence } = { revision: undefined, sequence: undefined, ...expect }
  if (sequence === undefined) return { kind: 'revision', text: String(revision) }
  return revision === undefined
    ? { kind: 'sequence', text: sequence }
    : { kind: 'both', text: `${revision}@${sequence}` }
}

/** Twice the rank of the condition that does not hold, and one more where the aggregate lives but is not what was expected. */
export const refused = sql`case
    when expect = 'new' then case when live then rank * 2 end
    when not live then rank * 2
    when expect = 'revision' and revision::text <> expected then rank * 2 + 1
    when expect = 'sequence' and sequence::text <> expected then rank * 2 + 1
    when expect = 'both' and revision::text || '@' || sequence::text <> expected then rank * 2 + 1
  end`

/** The first of the conditions on other things than aggregates that does not hold, by commit. */
export function lateClause(shape: readonly Part[]): Sql {
  const refusals = shape.flatMap(({ refuses }) => refuses ?? [])
  return refusals.length === 0
    ? sql`late as (select null::int4 as commit, null::int4 as refused where false)`
    : sql`late as materialized (
        select commit, min(rank) * 2 as refused from (${sql.join(refusals, sql` union all `)}) as refusal group by commit
      )`
}

/**
 * Stores aggregates. An insert goes by the key's index where an update might scan. Two that create one aggregate both come
 * to the update, but not past their first event, whose key they share.
 *
 * @param rows - Selects them, in the order of the columns.
 */
export const bumpedClause = (names: TableNames, rows: Sql): Sql => sql`bumped as (
    insert into ${tableReference(names, names.aggregate)} as stored
      (instance_id, type, id, owner, sequence, revision, live, changed_at)
    ${rows}
    on conflict (instance_id, type, id) do update set
      owner = case when stored.live then stored.owner else excluded.owner end,
      sequence = excluded.sequence, revision = excluded.revision, live = excluded.live, changed_at = excluded.changed_at
  )`

export const events = rowSet<EventRow>('given_event', {
  change: ['int4', ({ change }) => change],
  nth: ['int4', ({ nth }) => nth],
  type: ['text', ({ source }) => source.type],
  payload: ['text', ({ source }) => payloadTextOf(source)],
})

/** Writes the events of the changes that are `applied`. */
export const writtenClause = (names: TableNames, rows: Sql): Sql => sql`written as (
    insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
      actor_type, actor_id, actor_reason, payload, created_at)
    select ${slot('instance')}, applied.type, applied.id, applied.base + given_event.nth, given_event.type, applied.owner,
      applied.actor_type, applied.actor_id, applied.actor_reason, given_event.payload, applied.time
    from ${rows} join applied on applied.change = given_event.change
    order by given_event.ord
    returning transaction_id, position
  )`

/** Whether the commits were prepared for another state than the database is in: see {@link Part.knows}. */
export function isUnknown(shape: readonly Part[]): Sql {
  const unknown = shape.flatMap(({ knows }) => (knows === undefined ? [] : sql`not ${knows.isKnown}`))
  return unknown.length === 0 ? sql`false` : sql.join(unknown, sql` or `)
}

/** The row without a number. */
export function places(shape: readonly Part[]): Sql {
  const [state = sql`null::text`] = shape.flatMap(({ knows }) => knows?.state ?? [])
  return sql`
    select null, null, null, min(transaction_id::text)::int8, string_agg(position::text, ',' order by position), ${state} from written`
}
