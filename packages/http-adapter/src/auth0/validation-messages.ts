import type * as v from 'valibot'
import { jsonTypeOf, type Objection, type WireRule, wireRule } from './wire-rule'

/** The part of a request a message speaks of. */
export type ValidationContext = 'payload' | 'query' | 'path'

const prefixes: Readonly<Record<ValidationContext, string>> = {
  payload: 'Payload validation error:',
  query: 'Query validation error:',
  path: 'Path validation error:',
}

// A list of a megabyte of wrong items would otherwise be answered with forty.
const maxFindings = 100

interface Finding extends Objection {
  readonly path: readonly string[]
  readonly description: string | undefined
}

/**
 * Checks a JSON value against a valibot schema and says what is wrong in the service's words; `undefined` when nothing is.
 *
 * The schema is read, not run: valibot neither finds mistakes in the service's order nor leaves keys such as
 * `constructor` in a record. Lengths count code points.
 */
export function validationMessage(
  context: ValidationContext,
  schema: v.GenericSchema,
  value: unknown,
): string | undefined {
  const findings = findingsOf(schema, value)
  return findings.length === 0 ? undefined : joined(findings.map((finding) => sentence(context, finding)))
}

/** What {@link validationMessage} speaks of, finding by finding: what is wrong, and where. */
export function validationFindings(
  schema: v.GenericSchema,
  value: unknown,
): readonly { readonly text: string; readonly path: string }[] {
  return findingsOf(schema, value).map(({ text, path }) => ({ text, path: propertyPath(path) }))
}

function findingsOf(schema: v.GenericSchema, value: unknown): readonly Finding[] {
  const findings: Finding[] = []
  examine(wireRule(schema), value, [], findings)
  return findings
}

/** Words one objection as the validator would, for rules that need more than the schema (a merged object, a lookup). */
export function validationSentence(
  context: ValidationContext,
  text: string,
  property?: { readonly path: readonly string[]; readonly description?: string },
): string {
  return sentence(context, { text, path: property?.path ?? [], description: property?.description })
}

// The service's validator goes through members backwards and keeps one list of findings for the whole document. Once
// the list is not empty it still looks at the type and the first check of later members, but goes no deeper.
function examine(rule: WireRule, value: unknown, path: readonly string[], findings: Finding[]): void {
  if (findings.length >= maxFindings) return
  const { types, description } = rule
  const type = jsonTypeOf(value)
  if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
    findings.push({ text: `Expected type ${types.join(',')} but found type ${type}`, path, description })
    return
  }

  for (const check of rule.checks) {
    for (const objection of check(value)) findings.push({ ...objection, path, description })
    if (findings.length > 0) return
  }
  if (findings.length > 0) return

  if (type === 'array' && rule.items !== undefined) {
    const items = value as readonly unknown[]
    for (let index = items.length - 1; index >= 0; index--) {
      examine(rule.items, items[index], [...path, String(index)], findings)
    }
  } else if (type === 'object') {
    const { members, dictionary } = rule
    for (const [name, member] of Object.entries(value as object).reverse()) {
      const memberRule = dictionary?.value ?? members?.rules.get(name)
      if (memberRule !== undefined) examine(memberRule, member, [...path, name], findings)
    }
  }
}

function sentence(context: ValidationContext, { text, path, description, missing }: Finding): string {
  const property = path.length === 0 ? '' : ` on property ${propertyPath(path)}`
  const explained = path.length === 0 || description === undefined ? '' : ` (${description})`
  const outer = `${prefixes[context]} '${text}'${property}${explained}.`
  if (missing === undefined) return outer
  const alternatives = missing.map((name) =>
    sentence(context, { text: `Missing required property: ${name}`, path, description }),
  )
  return `${outer} Inner errors: [ ${joined(alternatives)} ].`
}

function joined(sentences: readonly string[]): string {
  return [...new Set(sentences)].join(' (also) ')
}

// The service prints a JSON pointer with its escapes, rewritten: any segment that starts with digits becomes an index.
function propertyPath(path: readonly string[]): string {
  return path
    .map((segment) => segment.replace(/~/g, '~0').replace(/\//g, '~1'))
    .join('.')
    .replace(/\.([0-9]+)/g, '[$1]')
}
