import type { AggregateType, RecordKind } from '@indwell/core'
import { type Columns, foldedColumns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { knowsIndexes } from './index-parts'
import { lockKeys } from './lock-targets'
import { inInstance, type Sql } from './part'
import { type PlaceOfCall, permittedHome } from './permitted-home'

/**
 * What tells the statements apart. What is one of a few words stands in them, since each value costs both sides; types of
 * claims do not, which hold names of connections and ids of orgs.
 */
export interface CreationShape {
  readonly made: AggregateType
  /** Orgs that own any of the aggregates. */
  readonly owners: number
  /** The aggregates that have to live until it is done, and whether their revision moves. */
  readonly kept: readonly { readonly type: AggregateType; readonly revises: boolean }[]
  /** What is put, each kind once, and whether it comes into being with the commit. */
  readonly records: readonly { readonly kind: RecordKind; readonly created: boolean }[]
  /** Types of the events; `undefined`: they are too many for each to have values of its own. */
  readonly events: readonly string[] | undefined
  /** Whose the claims are that are taken, in their order; `undefined` likewise. */
  readonly claims: readonly AggregateType[] | undefined
  readonly entries: boolean
  /** What has to be permitted: anything, or what the org owns that the call works in. Absent: nobody has to be asked. */
  readonly permit?: { readonly place: PlaceOfCall; readonly owned: boolean } | undefined
}

/**
 * Makes one aggregate with what belongs to it, and answers one row: the time, the transaction, the positions, the sequences of
 * what is kept; no row where a condition does not hold, and then nothing was written.
 *
 * What has to be new must not stand in the snapshot, which is as old as the statement's start; what came since is stopped by
 * its key, which undoes the whole statement. What has to live is decided on its locked row. So nothing that moves
 * meanwhile can be missed, and nobody else can have written to what is new: it takes no lock. All others are those of
 * `lockClauses`, in its order.
 *
 * Who may not make it waits for no lock. The caller stands in the snapshot as well, as one does who is read before.
 *
 * Most of its time goes to the start of its plan, which grows with every clause: what is looked up by a whole key, and what
 * there is a few of, stands in the statement as it is. See `unreadStatement`.
 */
export function creationStatement(names: TableNames, shape: CreationShape): Sql {
  const { made, owners, kept, records, events, claims, entries, permit } = shape
  const madeType = sql.lit(made)
  const keptKeys = kept.map(({ type }, number) => ({ type: sql.lit(type), id: sql`${slot(`kept${number}.id`)}::text` }))
  const aggregate = tableReference(names, names.aggregate)
  const { ofAggregate, ofOwner } = lockKeys(names)
  const { isKnown } = knowsIndexes(names)
  const locks = [
    ...Array.from({ length: owners }, (_, number) => [ofOwner(sql`${slot(`owner${number}`)}::text`), false] as const),
    ...kept.map(({ revises }, number) => {
      const { type, id } = keptKeys[number]!
      return [ofAggregate(type, id), revises] as const
    }),
  ].map(
    ([key, isExclusive], number) =>
      sql`${sql.raw(`pg_advisory_xact_lock${isExclusive ? '' : '_shared'}`)}(${key})::text as ${sql.id(`lock${number}`)}`,
  )
  const lives = kept.map(
    ({ revises }, number) => sql`cross join lateral (
        select sequence, revision, changed_at from ${aggregate} where ${inInstance} and type = ${keptKeys[number]!.type}
          and id = ${keptKeys[number]!.id} and live and waited.${sql.id(`lock${owners + number}`)} is not null
        for ${revises ? sql`no key update` : sql`share`}
      ) as ${sql.id(`kept${number}`)}`,
  )
  const times = [sql`${slot('at')}::int8`, ...kept.map((_, number) => sql.ref(`kept${number}.changed_at`))]
  const states = kept.flatMap(({ revises }, number) =>
    (revises ? ['sequence', 'revision', 'changed_at'] : ['sequence']).map(
      (name) => sql`${sql.ref(`kept${number}.${name}`)} as ${sql.id(`${name}${number}`)}`,
    ),
  )
  const isHeld = (type: Sql, value: Sql) =>
    sql`select 1 from ${tableReference(names, names.claim)} as held
            where ${inInstance} and held.type = ${type} and held.value = ${value}`
  const conditions = [
    sql`not exists (select 1 from ${aggregate} where ${inInstance} and type = ${madeType} and id = ${slot('id')})`,
    ...(claims === undefined
      ? [
          sql`not exists (select from wanted_claim cross join lateral (
            ${isHeld(sql`wanted_claim.type`, sql`wanted_claim.value`)} limit 1
          ) as held)`,
        ]
      : claims.map((_, number) => sql`not exists (${isHeld(claimed('type', number), claimed('value', number))})`)),
    ...(entries ? [isKnown] : []),
  ]
  const clauses = [
    sql`waited as materialized (
      select ${locks.length === 0 ? sql`1` : sql.join(locks)}
        ${permit === undefined ? sql`` : permitted(names, permit)}
    )`,
    ...(claims === undefined
      ? [sql`wanted_claim as materialized (select * from ${givenLists('claim', claimColumns)})`]
      : []),
    sql`made as materialized (
      select ${sql.join([sql`greatest(${sql.join(times)}) as time`, ...states])}
      from waited ${sql.join(lives, sql` `)}
      where ${sql.join(conditions, sql` and `)}
    )`,
    sql`counted as (
      insert into ${aggregate} (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${madeType}, ${slot('id')}, ${slot('owner')}, ${slot('count')}::int8,
        ${slot('revision')}::int4, true, made.time
      from made
    )`,
    ...kept.flatMap(({ revises }, number) => (revises ? revisedClause(names, number, keptKeys[number]!) : [])),
    sql`written as (
      insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
        actor_type, actor_id, actor_reason, payload, created_at)
      select ${slot('instance')}, ${madeType}, ${slot('id')}, given.nth, given.type, ${slot('owner')}, ${slot('actorType')},
        ${slot('actorId')}, ${slot('actorReason')}, given.payload, made.time
      from made cross join ${givenEvents(events)} ${events?.length === 1 ? sql`` : sql`order by given.nth`}
      returning transaction_id, position
    )`,
    ...(claims?.length === 0
      ? []
      : [
          sql`taken_claims as (
      insert into ${tableReference(names, names.claim)} (instance_id, type, value, owner_type, owner_id)
      select ${slot('instance')}, given.type, given.value, given.owner_type, given.owner_id
      from made cross join ${claims === undefined ? sql`wanted_claim as given order by given.type, given.value` : givenClaims(claims)}
    )`,
        ]),
    ...(entries
      ? [
          sql`put_entries as (
      insert into ${tableReference(names, names.entry)} (instance_id, subject_type, subject_id, namespace, key, json, bytes,
        owner, sequence, created_at, changed_at)
      select ${slot('instance')}, given.subject_type, given.subject_id, given.namespace, given.key, given.json, given.bytes,
        ${slot('owner')}, given.nth, made.time, made.time
      from made cross join (
          select unnest((select ${slot('entry.places')}::int8[])) as nth, unnest(${slot('entry.subjectTypes')}::text[]) as subject_type,
            unnest(${slot('entry.subjectIds')}::text[]) as subject_id, unnest(${slot('entry.namespaces')}::text[]) as namespace,
            unnest(${slot('entry.keys')}::text[]) as key, unnest(${slot('entry.json')}::text[]) as json,
            unnest(${slot('entry.bytes')}::bytea[]) as bytes
        ) as given
      order by given.namespace, given.key
    )`,
        ]
      : []),
    ...records.map(({ kind, created }) => recordClause(names, kind, created)),
  ]
  return sql`with ${sql.join(clauses)}
    select made.time, ${
      events?.length === 1
        ? sql`(select transaction_id::text || ' ' || position::text from written)`
        : sql`(select min(transaction_id::text) || ' ' || string_agg(position::text, ',') from written)`
    }
      ${sql.join(
        kept.map((_, number) => sql`, made.${sql.id(`sequence${number}`)}`),
        sql``,
      )}
    from made`
}

function permitted(names: TableNames, { place, owned }: NonNullable<CreationShape['permit']>): Sql {
  const isGuessed = sql`and caller.org_id = coalesce(${slot('callerHome')}::text, caller.org_id)`
  const home = permittedHome(names, place, isGuessed)
  if (!owned) return sql`where ${home} is not null`
  const owner = sql`${slot('owner')}::text`
  return place === 'own org'
    ? sql`where ${home} = ${owner}`
    : sql`where ${home} is not null and ${owner} = ${slot('callOrg')}`
}

/** An insert goes by the key's index where an update might scan. */
const revisedClause = (
  names: TableNames,
  number: number,
  { type, id }: { readonly type: Sql; readonly id: Sql },
): Sql => sql`${sql.id(`revised${number}`)} as (
      insert into ${tableReference(names, names.aggregate)} (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${type}, ${id}, '', made.${sql.id(`sequence${number}`)},
        made.${sql.id(`revision${number}`)} + 1, true, made.${sql.id(`changed_at${number}`)}
      from made
      on conflict (instance_id, type, id) do update set revision = excluded.revision
    )`

function recordClause(names: TableNames, kind: RecordKind, created: boolean): Sql {
  const columns = [...Object.values(recordTables[kind].columns as Columns), ...foldedColumns(kind)]
  const given = (name: string, type: keyof typeof columnTypes) =>
    sql`${slot(`${kind}.${name}`)}::${sql.raw(columnTypes[type])}`
  const values = columns.map(({ name, type }) =>
    name === 'changed_at' || (name === 'created_at' && created) ? sql`made.time` : given(name, type),
  )
  return sql`${sql.id(`put_${kind}`)} as (
      insert into ${tableReference(names, names.record[kind])}
        (${sql.join(['instance_id', ...columns.map(({ name }) => name)].map((name) => sql.ref(name)))})
      select ${sql.join([slot('instance'), ...values])} from made
    )`
}

const eventColumns = { nth: 'int8', type: 'text', payload: 'text' } as const
const claimColumns = { type: 'text', value: 'text', owner_type: 'text', owner_id: 'text' } as const

function givenEvents(types: CreationShape['events']): Sql {
  if (types === undefined) return givenLists('event', eventColumns)
  const rows = types.map((type, number) => [
    sql`${sql.lit(number + 1)}::int8`,
    sql`${sql.lit(type)}::text`,
    sql`${slot(`event.payload.${number}`)}::text`,
  ])
  return givenRows(eventColumns, rows)
}

const givenClaims = (claims: NonNullable<CreationShape['claims']>): Sql =>
  givenRows(
    claimColumns,
    claims.map((ownerType, number) => [
      claimed('type', number),
      claimed('value', number),
      sql`${sql.lit(ownerType)}::text`,
      claimed('owner_id', number),
    ]),
  )

const claimed = (column: keyof typeof claimColumns, number: number) => sql`${slot(`claim.${column}.${number}`)}::text`

type RowColumns = Readonly<Record<string, string>>

/** Rows that have values of their own, in this order. */
function givenRows(columns: RowColumns, rows: readonly (readonly Sql[])[]): Sql {
  const names = Object.keys(columns).map((column) => sql.ref(column))
  const [only] = rows
  return rows.length === 1
    ? sql`(select ${sql.join(only!.map((value, index) => sql`${value} as ${names[index]}`))}) as given`
    : sql`(values ${sql.join(rows.map((row) => sql`(${sql.join(row)})`))}) as given (${sql.join(names)})`
}

function givenLists(name: string, columns: RowColumns): Sql {
  const lists = Object.entries(columns).map(([column, type], index) => {
    const array = sql`${slot(`${name}.${column}`)}::${sql.raw(`${type}[]`)}`
    return sql`unnest(${index === 0 ? sql`(select ${array})` : array}) as ${sql.ref(column)}`
  })
  return sql`(select ${sql.join(lists)}) as given`
}

const columnTypes = {
  text: 'text',
  json: 'text',
  list: 'text',
  integer: 'int8',
  sequence: 'int8',
  boolean: 'boolean',
} as const
