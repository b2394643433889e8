import type { RecordKind } from '@indwell/core'
import { type Columns, foldedColumns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { knowsIndexes } from './index-parts'
import { lockKeys } from './lock-targets'
import { inInstance, type Sql } from './part'
import { type PlaceOfCall, permittedHome } from './permitted-home'

/** What tells the statements apart. */
export interface CreationShape {
  /** Orgs that own any of the aggregates. */
  readonly owners: number
  /** Of the aggregates that have to live until it is done, whether their revision moves. */
  readonly kept: readonly boolean[]
  /** What is put, each kind once, and whether it comes into being with the commit. */
  readonly records: readonly { readonly kind: RecordKind; readonly created: boolean }[]
  /** How many events there are and how many claims are taken; `undefined`: too many for each to have values of its own. */
  readonly events: number | undefined
  readonly claims: number | undefined
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
  const { owners, kept, records, events, claims, entries, permit } = shape
  const aggregate = tableReference(names, names.aggregate)
  const { ofAggregate, ofOwner } = lockKeys(names)
  const { isKnown } = knowsIndexes(names)
  const locks = [
    ...Array.from({ length: owners }, (_, number) => [ofOwner(sql`${slot(`owner${number}`)}::text`), false] as const),
    ...kept.map((revises, number) => [ofAggregate(keptKey(number, 'type'), keptKey(number, 'id')), revises] as const),
  ].map(
    ([key, isExclusive], number) =>
      sql`${sql.raw(`pg_advisory_xact_lock${isExclusive ? '' : '_shared'}`)}(${key})::text as ${sql.id(`lock${number}`)}`,
  )
  const lives = kept.map(
    (revises, number) => sql`cross join lateral (
        select sequence, revision, changed_at from ${aggregate} where ${inInstance} and type = ${keptKey(number, 'type')}
          and id = ${keptKey(number, 'id')} and live and waited.${sql.id(`lock${owners + number}`)} is not null
        for ${revises ? sql`no key update` : sql`share`}
      ) as ${sql.id(`kept${number}`)}`,
  )
  const times = [sql`${slot('at')}::int8`, ...kept.map((_, number) => sql.ref(`kept${number}.changed_at`))]
  const states = kept.flatMap((revises, number) =>
    (revises ? ['sequence', 'revision', 'changed_at'] : ['sequence']).map(
      (name) => sql`${sql.ref(`kept${number}.${name}`)} as ${sql.id(`${name}${number}`)}`,
    ),
  )
  const isHeld = (type: Sql, value: Sql) =>
    sql`select 1 from ${tableReference(names, names.claim)} as held
            where ${inInstance} and held.type = ${type} and held.value = ${value}`
  const conditions = [
    sql`not exists (select 1 from ${aggregate} where ${inInstance} and type = ${slot('type')} and id = ${slot('id')})`,
    ...(claims === undefined
      ? [
          sql`not exists (select from wanted_claim cross join lateral (
            ${isHeld(sql`wanted_claim.type`, sql`wanted_claim.value`)} limit 1
          ) as held)`,
        ]
      : Array.from({ length: claims }, (_, number) => {
          const of = (column: keyof typeof claimColumns) => sql`${slot(ownSlot('claim', column, number))}::text`
          return sql`not exists (${isHeld(of('type'), of('value'))})`
        })),
    ...(entries ? [isKnown] : []),
  ]
  const clauses = [
    sql`waited as materialized (
      select ${locks.length === 0 ? sql`1` : sql.join(locks)}
        ${permit === undefined ? sql`` : permitted(names, permit)}
    )`,
    ...(claims === undefined
      ? [sql`wanted_claim as materialized (select * from ${givenRows('claim', claimColumns, claims)})`]
      : []),
    sql`made as materialized (
      select ${sql.join([sql`greatest(${sql.join(times)}) as time`, ...states])}
      from waited ${sql.join(lives, sql` `)}
      where ${sql.join(conditions, sql` and `)}
    )`,
    sql`counted as (
      insert into ${aggregate} (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${slot('type')}, ${slot('id')}, ${slot('owner')}, ${slot('count')}::int8,
        ${slot('revision')}::int4, true, made.time
      from made
    )`,
    ...kept.flatMap((revises, number) => (revises ? revisedClause(names, number) : [])),
    sql`written as (
      insert into ${tableReference(names, names.event)} (instance_id, aggregate_type, aggregate_id, sequence, type, owner,
        actor_type, actor_id, actor_reason, payload, created_at)
      select ${slot('instance')}, ${slot('type')}, ${slot('id')}, given.nth, given.type, ${slot('owner')}, ${slot('actorType')},
        ${slot('actorId')}, ${slot('actorReason')}, given.payload, made.time
      from made cross join ${givenRows('event', eventColumns, events)} ${events === 1 ? sql`` : sql`order by given.nth`}
      returning transaction_id, position
    )`,
    ...(claims === 0
      ? []
      : [
          sql`taken_claims as (
      insert into ${tableReference(names, names.claim)} (instance_id, type, value, owner_type, owner_id)
      select ${slot('instance')}, given.type, given.value, given.owner_type, given.owner_id
      from made cross join ${claims === undefined ? sql`wanted_claim as given` : givenRows('claim', claimColumns, claims)}
      ${claims === 1 ? sql`` : sql`order by given.type, given.value`}
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
      events === 1
        ? sql`(select transaction_id::text || ' ' || position::text from written)`
        : sql`(select min(transaction_id::text) || ' ' || string_agg(position::text, ',' order by position) from written)`
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

const keptKey = (number: number, name: 'type' | 'id') => sql`${slot(`kept${number}.${name}`)}::text`

/** An insert goes by the key's index where an update might scan. */
const revisedClause = (names: TableNames, number: number): Sql => sql`${sql.id(`revised${number}`)} as (
      insert into ${tableReference(names, names.aggregate)} (instance_id, type, id, owner, sequence, revision, live, changed_at)
      select ${slot('instance')}, ${keptKey(number, 'type')}, ${keptKey(number, 'id')}, '', made.${sql.id(`sequence${number}`)},
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

export const eventColumns = { nth: 'int8', type: 'text', payload: 'text' } as const
export const claimColumns = { type: 'text', value: 'text', owner_type: 'text', owner_id: 'text' } as const

/** Of one of several rows that have values of their own. */
export const ownSlot = (name: string, column: string, number: number) => `${name}.${column}.${number}`

/** @param count - How many they are, each with values of its own; `undefined`: lists. */
function givenRows(name: string, columns: Readonly<Record<string, string>>, count: number | undefined): Sql {
  const list = Object.entries(columns)
  const typed = (place: string, type: string) => sql`${slot(place)}::${sql.raw(type)}`
  if (count === undefined) {
    const lists = list.map(([column, type], index) => {
      const array = typed(`${name}.${column}`, `${type}[]`)
      return sql`unnest(${index === 0 ? sql`(select ${array})` : array}) as ${sql.ref(column)}`
    })
    return sql`(select ${sql.join(lists)}) as given`
  }
  const own = (number: number) => list.map(([column, type]) => typed(ownSlot(name, column, number), type))
  if (count === 1) {
    const [values, names] = [own(0), list.map(([column]) => sql.ref(column))]
    return sql`(select ${sql.join(values.map((value, index) => sql`${value} as ${names[index]}`))}) as given`
  }
  const rows = Array.from({ length: count }, (_, number) => sql`(${sql.join(own(number))})`)
  return sql`(values ${sql.join(rows)}) as given (${sql.join(list.map(([column]) => sql.ref(column)))})`
}

const columnTypes = {
  text: 'text',
  json: 'text',
  list: 'text',
  integer: 'int8',
  sequence: 'int8',
  boolean: 'boolean',
} as const
