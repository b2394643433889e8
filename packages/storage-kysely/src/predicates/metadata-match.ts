import type { Range, TextMethod, ValueTest } from '@indwell/core'
import { foldCase } from './text-match'

/** What is asked of one entry: whether a value at the path below its root passes the test. */
export interface EntryQuestion {
  /** Names of members. */
  readonly path: readonly string[]
  readonly test: ValueTest
}

/**
 * SQLite's own JSON functions cut texts at a NUL and fold ASCII only: the adapter registers a function of this name that
 * answers 1 where {@link entryMatches}. It takes JSON text, or `null`, and an {@link EntryQuestion} as JSON.
 */
export const metadataFunction = 'indwell_metadata'

/** @param json - Any JSON text. */
export function entryMatches(json: string, { path, test }: EntryQuestion): boolean {
  return visitValues(storedValue(json), path, test.op === 'exists', (value) => passes(value, test))
}

/** What a JSON text says, as far as a database can hold it. */
export function storedValue(json: string): unknown {
  return JSON.parse(storableJson(json))
}

/**
 * Visits what stands at the path and is neither object nor array, until a visit answers true; and answers whether one did.
 *
 * @param descends - Visits what stands below objects at the path as well.
 */
export function visitValues(
  root: unknown,
  path: readonly string[],
  descends: boolean,
  visit: (value: unknown) => boolean,
): boolean {
  // A stack of its own: the text may nest deeper than calls can.
  const open: (readonly [value: unknown, depth: number])[] = [[root, 0]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next
    if (Array.isArray(value)) {
      for (const element of value) open.push([element, depth])
    } else if (isObject(value)) {
      const name = path[depth]
      if (name !== undefined) {
        if (Object.hasOwn(value, name)) open.push([value[name], depth + 1])
      } else if (descends) {
        for (const member of Object.values(value)) open.push([member, depth])
      }
    } else if (depth === path.length && visit(value)) {
      return true
    }
  }
  return false
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function passes(value: unknown, test: ValueTest): boolean {
  switch (test.op) {
    case 'exists':
      return value !== null
    case 'equals':
      return value === test.value
    case 'in':
      return test.values.some((wanted) => value === wanted)
    case 'text':
      if (typeof value !== 'string') return false
      return test.ignoreCase
        ? textMethods[test.method](foldCase(value), foldCase(test.value))
        : textMethods[test.method](value, test.value)
    case 'range':
      return isWithin(value, test)
  }
}

const textMethods: Readonly<Record<TextMethod, (text: string, value: string) => boolean>> = {
  equals: (text, value) => text === value,
  'starts-with': (text, value) => text.startsWith(value),
  contains: (text, value) => text.includes(value),
  'ends-with': (text, value) => text.endsWith(value),
}

function isWithin(value: unknown, { from, to, fromInclusive, toInclusive }: Range): boolean {
  if (typeof value !== 'string' && (typeof value !== 'number' || !Number.isFinite(value))) return false
  for (const [end, sign, inclusive] of [
    [from, 1, fromInclusive],
    [to, -1, toInclusive],
  ] as const) {
    if (end === undefined) continue
    const order = sign * compare(value, end)
    if (!(order > 0 || (inclusive && order === 0))) return false
  }
  return true
}

/** Not a number where the types differ. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : Number.NaN
  return typeof b === 'string' ? compareCodePoints(a, b) : Number.NaN
}

function compareCodePoints(a: string, b: string): number {
  let at = 0
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  if (at === a.length || at === b.length) return a.length - b.length
  const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
  // Surrogates stand for characters behind all others, though not as code units.
  return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xe000

const highHalf = String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}`
const lowHalf = String.raw`\\u[dD][c-fC-F][0-9a-fA-F]{2}`
/** An escaped half of a surrogate pair without its other half, where no escape is a backslash. Postgres reads it too. */
export const loneHalf = `${highHalf}(?!${lowHalf})|(?<!${highHalf})${lowHalf}`
const loneHalves = new RegExp(loneHalf, 'g')

/** The same JSON with U+FFFD for what no database can hold in a text. */
function storableJson(json: string): string {
  if (!json.includes('\\u')) return json
  // First the escaped backslashes, so that every other one begins an escape.
  return json.replaceAll('\\\\', '\\u005c').replaceAll('\\u0000', '\uFFFD').replace(loneHalves, '\uFFFD')
}
