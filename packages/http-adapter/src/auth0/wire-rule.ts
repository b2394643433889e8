import type * as v from 'valibot'
import type { RequiredAnyAction } from './required-any'

/** A JSON type as the service's messages name it. */
export type JsonType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null'

/** What one failed check has to say; `missing` lists the alternatives of a failed "any of these". */
export interface Objection {
  readonly text: string
  readonly missing?: readonly string[]
}

/** A valibot schema, flattened to what the service's validator looks at. */
export interface WireRule {
  /** Empty: any type. */
  readonly types: readonly JsonType[]
  readonly description: string | undefined
  /** Members with a rule of their own, and whether others are allowed. Absent: not an object with known members. */
  readonly members: { readonly rules: ReadonlyMap<string, WireRule>; readonly closed: boolean } | undefined
  /** Rule of every value of a dictionary; a key that `acceptsKey` refuses counts as an additional property. */
  readonly dictionary: { readonly value: WireRule; acceptsKey(key: string): boolean } | undefined
  readonly items: WireRule | undefined
  /** In the order they are asked: missing members, additional ones, then the pipe from its start. */
  readonly checks: readonly ((value: unknown) => readonly Objection[])[]
}

/** The members of valibot's schemas that are read when one is walked; valibot types each kind apart. */
export interface SchemaNode {
  readonly kind: string
  readonly type: string
  readonly pipe?: readonly PipeNode[]
  readonly wrapped?: SchemaNode
  readonly entries?: Readonly<Record<string, SchemaNode>>
  readonly item?: SchemaNode
  readonly key?: SchemaNode
  readonly value?: SchemaNode
  readonly options?: readonly unknown[]
}
/** The same of the items of a pipe. */
export interface PipeNode {
  readonly kind: string
  readonly type: string
  readonly requirement?: unknown
  readonly description?: unknown
  readonly metadata?: unknown
}

const compiled = new WeakMap<object, WireRule>()

/**
 * Flattens a valibot schema. Each schema is flattened once.
 *
 * @throws TypeError for a kind of schema or action the message grammar has no words for: a mistake of ours, seen when
 * the schema is first used.
 */
export function wireRule(schema: v.GenericSchema): WireRule {
  let rule = compiled.get(schema)
  if (rule === undefined) {
    rule = compile(schema)
    compiled.set(schema, rule)
  }
  return rule
}

/** Names the JSON type of a value; whole numbers are integers. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
    case 'bigint':
      return 'integer'
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'number'
    default:
      return 'object'
  }
}

function compile(schema: SchemaNode): WireRule {
  if (schema.type === 'optional') return compile(inner(schema))
  if (schema.type === 'nullable') return orNull(compile(inner(schema)))

  const base = compileBase(schema)
  const actions = (schema.pipe ?? []).filter((item) => item.kind !== 'schema')
  const description = actions.findLast((action) => action.type === 'description')?.description
  const checks = actions.filter((action) => action.kind === 'validation' && action.type !== 'integer').map(checkOf)
  return {
    ...base,
    types: actions.some((action) => action.type === 'integer') ? ['integer'] : base.types,
    description: typeof description === 'string' ? description.replace(/\.$/, '') : base.description,
    checks: [...base.checks, ...additionalCheck(base, hintOf(actions)), ...checks],
  }
}

function compileBase(schema: SchemaNode): WireRule {
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { ...anything, types: [schema.type] }
    case 'picklist':
      return { ...anything, types: ['string'], checks: [enumCheck(schema.options ?? [])] }
    case 'array':
      return { ...anything, types: ['array'], items: compile(inner(schema)) }
    case 'record':
      return { ...anything, types: ['object'], dictionary: dictionaryOf(schema) }
    case 'strict_object':
    case 'loose_object': {
      const entries = Object.entries(schema.entries ?? {})
      const required = entries.filter(([, entry]) => entry.type !== 'optional').map(([name]) => name)
      return {
        ...anything,
        types: ['object'],
        members: {
          rules: new Map(entries.map(([name, entry]) => [name, compile(entry)])),
          closed: schema.type === 'strict_object',
        },
        checks: required.length === 0 ? [] : [requiredCheck(required.reverse())],
      }
    }
    case 'unknown':
    case 'custom':
      return anything
    default:
      throw new TypeError(`no wire rule for valibot schema "${schema.type}"`)
  }
}

const anything: WireRule = {
  types: [],
  description: undefined,
  members: undefined,
  dictionary: undefined,
  items: undefined,
  checks: [],
}

function inner(schema: SchemaNode): SchemaNode {
  const node = schema.wrapped ?? schema.item
  if (node === undefined) throw new TypeError(`valibot schema "${schema.type}" wraps nothing`)
  return node
}

function orNull(rule: WireRule): WireRule {
  const types: readonly JsonType[] = rule.types.length === 0 ? [] : [...rule.types, 'null']
  return { ...rule, types, checks: rule.checks.map((check) => (value) => (value === null ? [] : check(value))) }
}

function dictionaryOf(schema: SchemaNode): NonNullable<WireRule['dictionary']> {
  if (schema.key === undefined || schema.value === undefined) throw new TypeError('record without key or value')
  const key = compile(schema.key)
  return {
    value: compile(schema.value),
    acceptsKey: (name) => key.checks.every((check) => check(name).length === 0),
  }
}

/** A schema may end the sentence about additional properties its own way: `v.metadata({ additionalPropertiesHint })`. */
function hintOf(actions: readonly PipeNode[]): string {
  const metadata = actions.find((action) => action.type === 'metadata')?.metadata
  return typeof metadata === 'object' && metadata !== null && 'additionalPropertiesHint' in metadata
    ? ` ${metadata.additionalPropertiesHint}`
    : ''
}

function additionalCheck({ members, dictionary }: WireRule, hint: string): WireRule['checks'] {
  if (dictionary === undefined && members?.closed !== true) return []
  return [
    (value) => {
      const names = Object.keys(value as object).filter((name) =>
        dictionary === undefined ? !members?.rules.has(name) : !dictionary.acceptsKey(name),
      )
      if (names.length === 0) return []
      return [{ text: `Additional properties not allowed: ${names.reverse().join(',')}${hint}` }]
    },
  ]
}

function requiredCheck(names: readonly string[]): WireRule['checks'][number] {
  return (value) =>
    names
      .filter((name) => !Object.hasOwn(value as object, name))
      .map((name) => ({ text: `Missing required property: ${name}` }))
}

function enumCheck(options: readonly unknown[]): WireRule['checks'][number] {
  return (value) => (options.includes(value) ? [] : [{ text: `Invalid property "${value}"` }])
}

function checkOf(action: PipeNode): WireRule['checks'][number] {
  const requirement = action.requirement
  const limit = Number(requirement)
  const unless = (holds: boolean, text: () => string): readonly Objection[] => (holds ? [] : [{ text: text() }])
  switch (action.type) {
    case 'min_length':
      return (value) =>
        typeof value === 'string'
          ? unless(codePoints(value) >= limit, () => `String is too short (${value.length} chars), minimum ${limit}`)
          : unless(sizeOf(value) >= limit, () => `Array is too short (${sizeOf(value)}), minimum ${limit}`)
    case 'max_length':
      return (value) =>
        typeof value === 'string'
          ? unless(codePoints(value) <= limit, () => `String is too long (${value.length} chars), maximum ${limit}`)
          : unless(sizeOf(value) <= limit, () => `Array is too long (${sizeOf(value)}), maximum ${limit}`)
    case 'min_entries':
      return (value) =>
        unless(sizeOf(value) >= limit, () => `Too few properties defined (${sizeOf(value)}), minimum ${limit}`)
    case 'max_entries':
      return (value) =>
        unless(sizeOf(value) <= limit, () => `Too many properties defined (${sizeOf(value)}), maximum ${limit}`)
    case 'min_value':
      return (value) => unless(Number(value) >= limit, () => `Value ${value} is less than minimum ${limit}`)
    case 'max_value':
      return (value) => unless(Number(value) <= limit, () => `Value ${value} is greater than maximum ${limit}`)
    case 'regex': {
      const pattern = requirement as RegExp
      return (value) =>
        unless(pattern.test(String(value)), () => `String does not match pattern ${pattern.source}: ${value}`)
    }
    case 'check':
      return (value) => firstIssue(action, value)
    case 'required_any': {
      const names = (action as RequiredAnyAction<object>).requirement
      return (value) =>
        names.some((name) => Object.hasOwn(value as object, name))
          ? []
          : [{ text: 'None of the valid schemas were met', missing: names }]
    }
    default:
      throw new TypeError(`no words for valibot action "${action.type}"`)
  }
}

/** A `v.check` brings its own words: its message, as valibot resolves it. */
function firstIssue(action: PipeNode, value: unknown): readonly Objection[] {
  const validation = action as v.BaseValidation<unknown, unknown, v.BaseIssue<unknown>>
  const issue = validation['~run']({ typed: true, value }, {}).issues?.[0]
  return issue === undefined ? [] : [{ text: issue.message }]
}

// The service counts code points and then prints UTF-16 units.
function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : Object.keys(value as object).length
}
