import type { CarrierKind, MetadataCondition, ValueTest } from '@indwell/core'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Dialect } from '../migrations/sql-types'
import { type EntryQuestion, loneHalf, metadataFunction } from './metadata-match'
import { never, type Predicate } from './predicate'
import { rangeEnds } from './range-ends'
import { canHold, foldCase, textMatch, wellFormed } from './text-match'

/** The record whose metadata is looked at, as the row `found`. */
export interface Carrier {
  readonly kind: CarrierKind
  readonly subjectId: Expression<string>
  readonly entryTable: string
}

/** As a {@link Predicate}, of JSON: an entry's text, or a value within. */
interface ValuePredicate {
  readonly shape: string
  readonly parameters: readonly unknown[]
  build(value: Expression<string>): RawBuilder<SqlBool>
}

/** Whether the subject has an entry with a value that passes the test. */
export function metadataPredicate(
  { namespace, path, test }: MetadataCondition,
  { kind, subjectId, entryTable }: Carrier,
  dialect: Dialect,
): Predicate {
  const asked = askedTest(test)
  // No name and no value holds a NUL: in what is stored, it counts as another character.
  if (asked === undefined || [namespace, ...path, ...textsOf(asked)].some((text) => !canHold(text, 'postgres')))
    return never
  const [key, ...members] = path.map(wellFormed)
  const holds = valuePredicates[dialect]({ path: members, test: asked })
  const ofKey = key === undefined ? sql`` : sql` and entry.key = ${key}`
  return {
    shape: `metadata(${key === undefined ? '*' : 'key'},${holds.shape})`,
    parameters: [namespace, ...(key === undefined ? [] : [key]), ...holds.parameters],
    build: () =>
      sql<SqlBool>`exists (select 1 from ${sql.table(entryTable)} as entry where entry.instance_id = found.instance_id and entry.subject_type = ${sql.lit(kind)} and entry.subject_id = ${subjectId} and entry.namespace = ${namespace}${ofKey} and ${holds.build(sql.ref('entry.json'))})`,
  }
}

/** The test with its texts as they are stored; `undefined`: nothing passes it. */
export function askedTest(test: ValueTest): ValueTest | undefined {
  switch (test.op) {
    case 'exists':
      return test
    case 'equals':
      if (typeof test.value === 'number' && !Number.isFinite(test.value)) return undefined
      return typeof test.value === 'string' ? { ...test, value: wellFormed(test.value) } : test
    case 'in': {
      const values = test.values
        .filter((value) => (typeof value === 'string' ? canHold(value, 'postgres') : Number.isFinite(Number(value))))
        .map((value) => (typeof value === 'string' ? wellFormed(value) : value))
      return values.length === 0 ? undefined : { op: 'in', values: [...new Set(values)] }
    }
    case 'text':
      return { ...test, value: wellFormed(test.value) }
    case 'range': {
      const ends = rangeEnds(test)
      if (ends === undefined) return undefined
      const { type, ...known } = ends
      const { fromInclusive, toInclusive } = test
      // A range with one infinite end is still one of numbers.
      if (type === 'number' && Object.keys(known).length === 0) {
        return { op: 'range', from: -Number.MAX_VALUE, fromInclusive: true, toInclusive }
      }
      return { op: 'range', ...known, fromInclusive, toInclusive }
    }
  }
}

function textsOf(test: ValueTest): readonly string[] {
  return valuesOf(test).filter((value) => typeof value === 'string')
}

function valuesOf(test: ValueTest): readonly unknown[] {
  switch (test.op) {
    case 'exists':
      return []
    case 'range':
      return [test.from, test.to]
    case 'in':
      return test.values
    default:
      return [test.value]
  }
}

const valuePredicates: Readonly<Record<Dialect, (question: EntryQuestion) => ValuePredicate>> = {
  sqlite: (question) => {
    const asked = JSON.stringify(question)
    return {
      shape: 'asked',
      parameters: [asked],
      build: (json) => sql`(${json} is not null and ${sql.raw(metadataFunction)}(${json}, ${asked}) = 1)`,
    }
  },
  postgres: ({ path, test }) => {
    const { shape, parameters, build } = postgresTest(test)
    return {
      shape,
      parameters: [path, ...parameters],
      build: (json) => postgresWalk(json, path, test.op === 'exists', build(sql.ref('walk.value'))),
    }
  },
}

const replacement = sql.lit('\uFFFD')

/** As metadata-match.ts has it. */
const storableJson = (json: Expression<string>) =>
  sql`case when position(${sql.raw(String.raw`E'\\u'`)} in ${json}) = 0 then ${json} else regexp_replace(replace(replace(${json}, ${sql.raw(String.raw`E'\\\\', E'\\u005c'`)}), ${sql.raw(String.raw`E'\\u0000'`)}, ${replacement}), ${sql.raw(`E'${loneHalf.replaceAll('\\', '\\\\')}'`)}, ${replacement}, 'g') end`

// As json, not as jsonb, which fails on numbers beyond what a numeric holds.
function postgresWalk(
  json: Expression<string>,
  path: readonly string[],
  descends: boolean,
  passes: Expression<SqlBool>,
): RawBuilder<SqlBool> {
  const below = descends
    ? sql` union all select member.value, walk.path from json_each(case when json_typeof(walk.value) = 'object' and cardinality(walk.path) = 0 then walk.value else '{}'::json end) as member(name, value)`
    : sql``
  return sql`exists (with recursive walk(value, path) as (select (${storableJson(json)})::json, ${path}::text[] union all select step.value, step.path from walk, lateral (select element.value, walk.path from json_array_elements(case when json_typeof(walk.value) = 'array' then walk.value else '[]'::json end) as element(value) union all select walk.value -> walk.path[1], walk.path[2:] where json_typeof(walk.value) = 'object' and cardinality(walk.path) > 0${below}) as step(value, path) where step.value is not null) select 1 from walk where cardinality(walk.path) = 0 and ${passes})`
}

const postgresText = (value: Expression<string>) => sql<string>`((${value} #>> '{}') collate "C")`

const postgresBoolean = (value: Expression<string>) => sql<boolean>`(${value} #>> '{}')::boolean`

/** Of a JSON number; null beyond the range of doubles. */
const postgresNumber = (value: Expression<string>) => {
  const text = sql`(${value} #>> '{}')`
  const exact = sql`${text}::numeric`
  // A numeric fails on more digits, and a double on what it would round to infinity or to zero.
  return sql<number>`case when length(${text}) <= 10000 and ${text} !~ '[eE][+-]?[0-9]{5}' then case when abs(${exact}) < 2.5e-324 then 0 when abs(${exact}) < 1.7976931348623158e308 then (${exact})::float8 end end`
}

/** A condition on values of one type; others do not pass. */
function ofType(
  type: 'string' | 'number' | 'boolean',
  shape: string,
  parameters: readonly unknown[],
  condition: (value: RawBuilder<unknown>) => Expression<SqlBool>,
): ValuePredicate {
  const read = { string: postgresText, number: postgresNumber, boolean: postgresBoolean }[type]
  return {
    shape: `${type}-${shape}`,
    parameters,
    build: (value) =>
      sql`case when json_typeof(${value}) = ${sql.lit(type)} then ${condition(read(value))} else false end`,
  }
}

function postgresTest(test: ValueTest): ValuePredicate {
  switch (test.op) {
    case 'exists':
      return {
        shape: 'exists',
        parameters: [],
        build: (value) => sql`json_typeof(${value}) not in ('null', 'object', 'array')`,
      }
    case 'equals':
      return postgresEquals(test.value)
    case 'in':
      return postgresIn(test.values)
    case 'text':
      return postgresTextTest(test)
    case 'range':
      return postgresRange(test)
  }
}

function postgresEquals(wanted: string | number | boolean): ValuePredicate {
  switch (typeof wanted) {
    case 'number':
      return ofType('number', 'equals', [wanted], (value) => sql`${value} = ${wanted}::float8`)
    case 'boolean':
      return ofType('boolean', 'equals', [wanted], (value) => sql`${value} = ${wanted}::boolean`)
    default:
      return ofType('string', 'equals', [wanted], (value) => sql`${value} = ${wanted}::text`)
  }
}

/** The values of each type as one array, so that lists of every length share a statement. */
function postgresIn(wanted: readonly (string | number | boolean)[]): ValuePredicate {
  const lists = (
    [
      ['string', 'text', postgresText],
      ['number', 'float8', postgresNumber],
      ['boolean', 'boolean', postgresBoolean],
    ] as const
  )
    .map(([type, cast, read]) => ({ type, cast, read, values: wanted.filter((value) => typeof value === type) }))
    .filter(({ values }) => values.length > 0)
  return {
    shape: `in-${lists.map(({ type }) => type).join('-')}`,
    parameters: lists.map(({ values }) => values),
    build: (value) =>
      sql`case json_typeof(${value}) ${sql.join(
        lists.map(
          ({ type, cast, read, values }) =>
            sql`when ${sql.lit(type)} then ${read(value)} = any(${values}::${sql.raw(cast)}[])`,
        ),
        sql` `,
      )} else false end`,
  }
}

function postgresTextTest({ method, value: asked, ignoreCase }: ValueTest & { op: 'text' }): ValuePredicate {
  const { fold, contains, endsWith } = textMatch.postgres
  const wanted = ignoreCase ? foldCase(asked) : asked
  const shape = ignoreCase ? `${method}-folded` : method
  const condition = (parameters: readonly unknown[], build: (text: RawBuilder<string>) => Expression<SqlBool>) =>
    ofType('string', shape, parameters, (value) => {
      const text = sql<string>`${value}`
      return build(ignoreCase ? fold(text) : text)
    })
  switch (method) {
    case 'equals':
      return condition([wanted], (text) => sql`${text} = ${wanted}::text`)
    case 'starts-with':
      return condition([wanted], (text) => sql`starts_with(${text}, ${wanted}::text)`)
    case 'contains':
      return condition([wanted], (text) => contains(text, wanted))
    case 'ends-with':
      return condition([wanted, wanted], (text) => endsWith(text, wanted))
  }
}

function postgresRange({ from, to, fromInclusive, toInclusive }: ValueTest & { op: 'range' }): ValuePredicate {
  if (from === undefined && to === undefined) {
    return {
      shape: 'range',
      parameters: [],
      // A number beyond doubles lies within no range, not even within one without ends.
      build: (value) =>
        sql`case json_typeof(${value}) when 'string' then true when 'number' then ${postgresNumber(value)} is not null else false end`,
    }
  }
  const ends = [
    { end: from, operator: fromInclusive ? '>=' : '>' },
    { end: to, operator: toInclusive ? '<=' : '<' },
  ].filter(({ end }) => end !== undefined)
  const isText = typeof (from ?? to) === 'string'
  const cast = sql.raw(isText ? 'text' : 'float8')
  return ofType(
    isText ? 'string' : 'number',
    ends.map(({ operator }) => operator).join(),
    ends.map(({ end }) => end),
    (value) =>
      sql`(${sql.join(
        ends.map(({ end, operator }) => sql`${value} ${sql.raw(operator)} ${end}::${cast}`),
        sql` and `,
      )})`,
  )
}
