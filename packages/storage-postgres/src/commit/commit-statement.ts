import type { RecordKind } from '@indwell/core'
import { type Columns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import { encodeColumn } from '../load/decode-record'
import { type RowSet, rowSet } from '../row-set'
import { type Statement, type StatementValues, slot, statementCache, tableReference } from '../statement-cache'
import type {
  ChangeRow,
  ClaimReleaseRow,
  ClaimTakeRow,
  CommitRow,
  EntryExpectationRow,
  EntryPutRow,
  EntryRemovalRow,
  EventRow,
  RecordPutRow,
  RecordRemovalRow,
  RoundRows,
  SubjectRemovalRow,
  TargetRow,
  UserRemovalRow,
} from './round-rows'

type Sql = RawBuilder<unknown>

export interface BoundStatement {
  readonly statement: Statement
  readonly values: StatementValues
}

/** The two statements that a round needs. */
export interface RoundStatements {
  /**
   * Decides and applies the round. One row for each commit: its number, the condition that refused it, whether it has to
   * be tried again, its time, the new sequences of its aggregates; and a last row without a number: the places of all
   * written events and their transaction.
   */
  apply(instanceId: string, rows: RoundRows): BoundStatement
  /** Locks what `apply` locks, in a transaction before it, so that its snapshot is newer than the locks. */
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
  const lockOf = statementCache(
    () => '',
    () => sql`with ${sql.join(lockClauses(names))} select count(*) from locked`,
  )
  const parts = partsOf(names)
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

const targets = rowSet<TargetRow>('given_target', {
  target: ['int4', ({ target }) => target],
  type: ['text', ({ key }) => key.type],
  id: ['text', ({ key }) => key.id],
  owner: ['text', ({ owner }) => owner],
  writes: ['boolean', ({ writes }) => writes],
})

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
  expect: ['text', ({ source: { expect } }) => (typeof expect === 'string' ? expect : Object.keys(expect)[0]!)],
  // As text: a caller's number need not be one that the column can hold.
  expected: [
    'text',
    ({ source: { expect } }) => (typeof expect === 'string' ? null : String(Object.values(expect)[0])),
  ],
  events: ['int4', ({ source }) => source.events.length],
  revise: ['boolean', ({ source }) => source.revise],
  removes: ['boolean', ({ source }) => source.removes === true],
  owner: ['text', ({ source }) => source.owner],
})

const events = rowSet<EventRow>('given_event', {
  change: ['int4', ({ change }) => change],
  nth: ['int4', ({ nth }) => nth],
  type: ['text', ({ source }) => source.type],
  payload: ['text', ({ source }) => JSON.stringify(source.payload)],
})

const always = [
  { values: (rows: RoundRows) => targets.values(rows.targets) },
  { values: (rows: RoundRows) => commits.values(rows.commits) },
  { values: (rows: RoundRows) => changes.values(rows.changes) },
  { values: (rows: RoundRows) => events.values(rows.events) },
]

/** Something that only some rounds do. */
interface Part {
  readonly name: string
  occurs(rows: RoundRows): boolean
  values(rows: RoundRows): Record<string, unknown>
  /** Rows that are used in several places, as a named subquery. */
  readonly input?: Sql
  /** Selects the commits whose condition does not hold: `commit`, `rank`. */
  readonly refuses?: Sql
  /** Writes what the commits that are `ok` ask for, as a named subquery. */
  readonly effect?: (shape: readonly Part[]) => Sql
}

const inInstance = sql`instance_id = ${slot('instance')}`

/**
 * `locked`: the targets with their newest rows, which nobody else can change until the transaction ends. Those that only
 * have to stay as they are take the weaker lock: many commits may rely on one org at a time.
 *
 * Advisory locks come first, and all of them. Row locks give the transaction its id, and one that had its id while it
 * waited would stand in the feed before the events it waited for.
 *
 * Each row is looked up by a subquery of its own, which goes by the key's index whatever the planner believes of the table,
 * in the order of the targets.
 */
function lockClauses(names: TableNames): readonly Sql[] {
  const space = sql.lit(`${names.schema ?? ''}.${names.aggregate}`)
  const lockKey = sql`hashtextextended(id, hashtextextended(type, hashtextextended(${slot('instance')}, hashtextextended(${space}, 0))))`
  const row = sql`select sequence, revision, live, changed_at from ${tableReference(names, names.aggregate)}
    where ${inInstance} and type = target.type and id = target.id`
  return [
    sql`given_target as materialized (select * from ${targets.source})`,
    sql`waited as materialized (
      select case when writes then pg_advisory_xact_lock(${lockKey})::text else pg_advisory_xact_lock_shared(${lockKey})::text end as lock
      from (select * from given_target order by target) as target
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

function applyStatement(names: TableNames, shape: readonly Part[]): Sql {
  const aggregate = tableReference(names, names.aggregate)
  const event = tableReference(names, names.event)
  const refusals = shape.flatMap(({ refuses }) => refuses ?? [])
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
        end as refused
      from ${changes.source} join locked on locked.target = given_change.target
    )`,
    sql`late as materialized (${late})`,
    sql`checked as (
      select given.*, greatest(given.at, own.changed_at) as own_at, coalesce(own.refused, late.refused) as refused,
        own.moved and (own.absent or (given.sensitive and own.refused is null)) as again
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
      string_agg((applied.base + applied.events)::text, ',' order by applied.change)
    from verdict left join applied on applied.commit = verdict.commit
    group by verdict.commit, verdict.refused, verdict.again, verdict.time
    union all
    select null, null, null, min(transaction_id::text)::int8, string_agg(position::text, ',' order by position) from written`
}

function partsOf(names: TableNames): readonly Part[] {
  const kinds = Object.keys(recordTables) as RecordKind[]
  return [
    entryExpectationPart(names),
    claimTakePart(names),
    claimReleasePart(names),
    entryRemovalPart(names),
    subjectRemovalPart(names),
    entryPutPart(names),
    entryRenewalPart(names),
    ...kinds.map((kind) => recordRemovalPart(names, kind)),
    ...(['accessToken', 'member'] as const).map((kind) => userRemovalPart(names, kind)),
    ...kinds.map((kind) => recordPutPart(names, kind)),
  ]
}

/** A part that has one set of rows, and occurs where there are any. */
function part<Row>(
  name: string,
  set: RowSet<Row>,
  rowsOf: (rows: RoundRows) => readonly Row[] | undefined,
  sqlOf: Pick<Part, 'input' | 'refuses' | 'effect'>,
): Part {
  return {
    name,
    occurs: (rows) => (rowsOf(rows)?.length ?? 0) > 0,
    values: (rows) => set.values(rowsOf(rows) ?? []),
    ...sqlOf,
  }
}

function entryExpectationPart(names: TableNames): Part {
  const set = rowSet<EntryExpectationRow>('expected_entry', {
    commit: ['int4', ({ commit }) => commit],
    rank: ['int4', ({ rank }) => rank],
    subject_type: ['text', ({ source }) => source.key.subjectType],
    subject_id: ['text', ({ source }) => source.key.subjectId],
    namespace: ['text', ({ source }) => source.key.namespace],
    key: ['text', ({ source }) => source.key.key],
    sequence: ['text', ({ source }) => source.sequence ?? null],
  })
  return part('expect entries', set, (rows) => rows.entryExpectations, {
    refuses: sql`
      select expected_entry.commit, expected_entry.rank
      from ${set.source} left join lateral (
          select sequence from ${tableReference(names, names.entry)} as stored
          where ${inInstance} and stored.subject_type = expected_entry.subject_type
            and stored.subject_id = expected_entry.subject_id and stored.namespace = expected_entry.namespace
            and stored.key = expected_entry.key
          limit 1
        ) as stored on true
      where stored.sequence::text is distinct from expected_entry.sequence`,
  })
}

function claimTakePart(names: TableNames): Part {
  const claim = tableReference(names, names.claim)
  const set = rowSet<ClaimTakeRow>('given_claim', {
    commit: ['int4', ({ commit }) => commit],
    rank: ['int4', ({ rank }) => rank],
    type: ['text', ({ source }) => source.type],
    value: ['text', ({ source }) => source.value],
    owner_type: ['text', ({ source }) => source.ownerType],
    owner_id: ['text', ({ source }) => source.ownerId],
  })
  return part('take claims', set, (rows) => rows.claimTakes, {
    input: sql`wanted_claim as materialized (select * from ${set.source})`,
    refuses: sql`
      select wanted_claim.commit, wanted_claim.rank
      from wanted_claim cross join lateral (
          select 1 from ${claim} as held
          where ${inInstance} and held.type = wanted_claim.type and held.value = wanted_claim.value
          limit 1
        ) as held`,
    effect: () => sql`taken_claims as (
      insert into ${claim} (instance_id, type, value, owner_type, owner_id)
      select distinct on (wanted_claim.type, wanted_claim.value)
        ${slot('instance')}, wanted_claim.type, wanted_claim.value, wanted_claim.owner_type, wanted_claim.owner_id
      from wanted_claim join verdict on verdict.commit = wanted_claim.commit
      where verdict.ok
      order by wanted_claim.type, wanted_claim.value, wanted_claim.rank
    )`,
  })
}

function claimReleasePart(names: TableNames): Part {
  const set = rowSet<ClaimReleaseRow>('released', {
    commit: ['int4', ({ commit }) => commit],
    type: ['text', ({ source }) => source.type],
    value: ['text', ({ source }) => source.value],
  })
  const claim = tableReference(names, names.claim)
  return part('release claims', set, (rows) => rows.claimReleases, {
    effect: () =>
      sql`released_claims as (${removal(claim, set, sql`stored.type = released.type and stored.value = released.value`)})`,
  })
}

/**
 * Rows are found one by one and removed by their place, which no plan can turn into a scan. The places hold: where a row
 * can have moved since the statement began, the commit is not `ok`.
 */
function removal(table: Sql, set: RowSet<never>, condition: Sql): Sql {
  return sql`delete from ${table} where ctid = any (array(
    select stored.place from ${set.source}
      join verdict on verdict.commit = ${set.alias}.commit and verdict.ok
      cross join lateral (select stored.ctid as place from ${table} as stored where ${inInstance} and ${condition} offset 0) as stored
  ))`
}

const entryKeyColumns = ['subject_type', 'subject_id', 'namespace', 'key'] as const

function entryRemovalPart(names: TableNames): Part {
  const set = rowSet<EntryRemovalRow>('removed', {
    commit: ['int4', ({ commit }) => commit],
    subject_type: ['text', ({ key }) => key.subjectType],
    subject_id: ['text', ({ key }) => key.subjectId],
    namespace: ['text', ({ key }) => key.namespace],
    key: ['text', ({ key }) => key.key],
  })
  const entry = tableReference(names, names.entry)
  return part('remove entries', set, (rows) => rows.entryRemovals, {
    effect: () => sql`removed_entries as (${removal(entry, set, sameColumns('stored', 'removed', entryKeyColumns))})`,
  })
}

function subjectRemovalPart(names: TableNames): Part {
  const set = rowSet<SubjectRemovalRow>('emptied', {
    commit: ['int4', ({ commit }) => commit],
    subject_type: ['text', ({ subject }) => subject.subjectType],
    subject_id: ['text', ({ subject }) => subject.subjectId],
  })
  const entry = tableReference(names, names.entry)
  return part('remove subjects', set, (rows) => rows.subjectRemovals, {
    effect: (shape) => {
      const ofSubject = sameColumns('stored', 'emptied', ['subject_type', 'subject_id'])
      // What the same commit puts again is left to that.
      const spared = shape.some(({ name }) => name === renewEntries)
        ? sql`and not exists (select from renewed_entry where ${sameColumns('stored', 'renewed_entry', entryKeyColumns)})`
        : sql``
      return sql`emptied_subjects as (${removal(entry, set, sql`${ofSubject} ${spared}`)})`
    },
  })
}

const renewEntries = 'renew entries'

function entryPutSet(name: string): RowSet<EntryPutRow> {
  return rowSet<EntryPutRow>(name, {
    change: ['int4', ({ change }) => change],
    nth: ['int4', ({ source }) => source.stamp.event + 1],
    subject_type: ['text', ({ source }) => source.key.subjectType],
    subject_id: ['text', ({ source }) => source.key.subjectId],
    namespace: ['text', ({ source }) => source.key.namespace],
    key: ['text', ({ source }) => source.key.key],
    json: ['text', ({ source: { value } }) => ('json' in value ? value.json : null)],
    bytes: ['bytea', ({ source: { value } }) => ('bytes' in value ? bufferOf(value.bytes) : null)],
  })
}

/** Of several puts of one key the last that is applied counts; the first of them makes the entry. */
function putEntries(names: TableNames, rows: Sql, alias: string, update: Sql): Sql {
  const key = sql.join(entryKeyColumns.map((column) => sql.ref(`${alias}.${column}`)))
  const of = (column: string) => sql.ref(`${alias}.${column}`)
  return sql`insert into ${tableReference(names, names.entry)}
      (instance_id, subject_type, subject_id, namespace, key, json, bytes, sequence, created_at, changed_at)
    select distinct on (${key}) ${slot('instance')}, ${key}, ${of('json')}, ${of('bytes')}, applied.base + ${of('nth')},
      first_value(applied.time) over (partition by ${key} order by ${of('ord')}), applied.time
    from ${rows} join applied on applied.change = ${of('change')}
    order by ${key}, ${of('ord')} desc
    on conflict (instance_id, subject_type, subject_id, namespace, key) do update set
      json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at ${update}`
}

function entryPutPart(names: TableNames): Part {
  const set = entryPutSet('put_entry')
  return part('put entries', set, (rows) => rows.entryPuts, {
    effect: () => sql`put_entries as (${putEntries(names, set.source, 'put_entry', sql``)})`,
  })
}

function entryRenewalPart(names: TableNames): Part {
  const set = entryPutSet('renewed_entry')
  return part(renewEntries, set, (rows) => rows.entryRenewals, {
    input: sql`renewed_entry as materialized (select * from ${set.source})`,
    effect: () =>
      sql`renewed_entries as (${putEntries(names, sql`renewed_entry`, 'renewed_entry', sql`, created_at = excluded.created_at`)})`,
  })
}

function recordRemovalPart(names: TableNames, kind: RecordKind): Part {
  const columns: Columns = recordTables[kind].columns
  const alias = `removed_${kind}`
  const key = recordTables[kind].key.map((member) => [member, columns[member]!.name] as const)
  const set = rowSet<RecordRemovalRow>(alias, {
    commit: ['int4', ({ commit }) => commit],
    ...Object.fromEntries(
      key.map(([member, column]) => [column, ['text', (row: RecordRemovalRow) => row.key[member]!] as const]),
    ),
  })
  const table = tableReference(names, names.record[kind])
  const condition = sameColumns(
    'stored',
    alias,
    key.map(([, column]) => column),
  )
  return part(`remove ${kind}`, set, (rows) => rows.recordRemovals.get(kind), {
    effect: () => sql`${sql.id(`${alias}s`)} as (${removal(table, set, condition)})`,
  })
}

function userRemovalPart(names: TableNames, kind: 'accessToken' | 'member'): Part {
  const columns: Columns = recordTables[kind].columns
  const alias = `emptied_${kind}`
  const set = rowSet<UserRemovalRow>(alias, {
    commit: ['int4', ({ commit }) => commit],
    user_id: ['text', ({ userId }) => userId],
  })
  const key = recordTables[kind].key.map((member) => columns[member]!.name)
  return part(`remove all ${kind}`, set, (rows) => rows.userRemovals.get(kind), {
    effect: (shape) => {
      // What the same commit puts again is left to that.
      const spared = shape.some(({ name }) => name === `put ${kind}`)
        ? sql`and not exists (select from ${sql.id(`put_${kind}`)} where ${sameColumns('stored', `put_${kind}`, key)})`
        : sql``
      const condition = sql`${sameColumns('stored', alias, ['user_id'])} ${spared}`
      return sql`${sql.id(`${alias}s`)} as (${removal(tableReference(names, names.record[kind]), set, condition)})`
    },
  })
}

function recordPutPart(names: TableNames, kind: RecordKind): Part {
  const columns = Object.entries(recordTables[kind].columns as Columns)
  const key = [
    'instance_id',
    ...recordTables[kind].key.map((member) => (recordTables[kind].columns as Columns)[member]!.name),
  ]
  const alias = `put_${kind}`
  const set = rowSet<RecordPutRow>(alias, {
    commit: ['int4', ({ commit }) => commit],
    change: ['int4', ({ change }) => change],
    nth: ['int4', ({ source }) => (source.stamp === undefined ? null : source.stamp.event + 1)],
    created: ['boolean', ({ source }) => source.created],
    ...Object.fromEntries(
      columns.map(([member, column]) => {
        const value = ({ source }: RecordPutRow) => {
          const record: Readonly<Record<string, unknown>> = { ...source.record }
          return encodeColumn(record[member], column)
        }
        return [column.name, [arrayTypes[column.type], value] as const]
      }),
    ),
  })
  const of = (column: string) => sql.ref(`${alias}.${column}`)
  const stamped: Readonly<Record<string, Sql>> = {
    sequence: sql`case when applied.change is null then ${of('sequence')} else applied.base + ${of('nth')} end`,
    created_at: sql`case when applied.change is not null and ${of('created')} then applied.time else ${of('created_at')} end`,
    changed_at: sql`case when applied.change is null then ${of('changed_at')} else applied.time end`,
  }
  const values = columns.map(([, { name }]) => stamped[name] ?? of(name))
  const updates = columns
    .filter(([, { name }]) => !key.includes(name))
    .map(([, { name }]) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`)
  return part(`put ${kind}`, set, (rows) => rows.recordPuts.get(kind), {
    input: sql`${sql.id(alias)} as materialized (select * from ${set.source})`,
    effect: () => sql`${sql.id(`${alias}s`)} as (
      insert into ${tableReference(names, names.record[kind])}
        (${sql.join(['instance_id', ...columns.map(([, { name }]) => name)].map((name) => sql.ref(name)))})
      select ${sql.join([slot('instance'), ...values])}
      from ${sql.id(alias)}
        join verdict on verdict.commit = ${of('commit')} and verdict.ok
        left join applied on applied.change = ${of('change')}
      order by ${of('ord')}
      on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(updates)}
    )`,
  })
}

const arrayTypes = { text: 'text', json: 'text', integer: 'int8', sequence: 'int8', boolean: 'boolean' } as const

function sameColumns(left: string, right: string, columns: readonly string[]): Sql {
  if (columns.length === 0) return sql`true`
  const conditions = columns.map((column) => sql`${sql.ref(`${left}.${column}`)} = ${sql.ref(`${right}.${column}`)}`)
  return sql.join(conditions, sql` and `)
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
