import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { isStorable, notStorable } from '../input'
import type { Range } from '../storage/search'
import type { FieldKind } from './found-fields'

export type Scalar = string | number | boolean

/** Values of one `in`. */
export const maxValues = 1000

const ends = ['gt', 'gte', 'lt', 'lte'] as const

/**
 * Members of a plain object, by name, so that the same question is the same whatever the order of its members.
 *
 * @throws {@link InvalidInputError} for what is none, and for a member that is `undefined`.
 */
export function membersOf(value: unknown, path: string): readonly (readonly [name: string, value: unknown])[] {
  if (!isPlain(value)) throw new InvalidInputError(path, 'must be an object')
  const members = Object.entries(value)
  for (const [name, member] of members) {
    if (member === undefined)
      throw new InvalidInputError(path === '' ? name : `${path}.${name}`, 'must not be undefined: leave it out')
  }
  return members.sort(([one], [other]) => (one < other ? -1 : 1))
}

export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidInputError(path, 'must be a list')
  return Array.from(value)
}

export function valuesOf<T>(value: unknown, path: string, parse: (value: unknown, path: string) => T): readonly T[] {
  const values = listOf(value, path)
  if (values.length > maxValues) throw new LimitExceededError('filter.values', maxValues, values.length)
  return values.map((item, index) => parse(item, `${path}.${index}`))
}

export function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new InvalidInputError(path, 'must be text')
  if (!isStorable(value)) throw new InvalidInputError(path, notStorable)
  return value
}

export function booleanOf(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new InvalidInputError(path, 'must be true or false')
  return value
}

function numberOf(value: unknown, path: string, problem: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidInputError(path, problem)
  return value
}

const timeOf = (value: unknown, path: string) =>
  numberOf(value instanceof Date ? value.getTime() : value, path, 'must be milliseconds since the epoch, or a date')

/** A value of a member of a record. */
export const scalarOf: Readonly<Record<FieldKind['type'], (value: unknown, path: string) => Scalar>> = {
  text: textOf,
  time: timeOf,
  boolean: booleanOf,
}

/** A value of metadata. */
export function anyScalarOf(value: unknown, path: string): Scalar {
  switch (typeof value) {
    case 'string':
      return textOf(value, path)
    case 'boolean':
      return value
    case 'number':
      return numberOf(value, path, 'must be a finite number')
    default:
      throw new InvalidInputError(
        path,
        value === null ? 'must not be null: ask for { exists: false }' : 'must be text, a number or a boolean',
      )
  }
}

/** The range that some of the operators make. */
export function rangeOf(
  asked: ReadonlyMap<string, unknown>,
  path: string,
  parse: (value: unknown, path: string) => Scalar,
): Range | undefined {
  const given = ends.filter((end) => asked.has(end))
  if (given.length === 0) return undefined
  if (asked.has('ignoreCase')) throw new InvalidInputError(`${path}.ignoreCase`, 'does not go with a range')
  const types = new Set<string>()
  let lower: string | number | undefined
  let upper: string | number | undefined
  for (const end of given) {
    const value = parse(asked.get(end), `${path}.${end}`)
    if (typeof value === 'boolean') throw new InvalidInputError(`${path}.${end}`, 'must be text or a number')
    types.add(typeof value)
    const isLower = end.startsWith('g')
    if ((isLower ? lower : upper) !== undefined) throw new InvalidInputError(`${path}.${end}`, 'is a second end')
    if (isLower) lower = value
    else upper = value
  }
  if (types.size > 1) throw new InvalidInputError(path, 'must have ends of one type')
  return {
    ...(lower !== undefined && { from: lower }),
    ...(upper !== undefined && { to: upper }),
    fromInclusive: asked.has('gte'),
    toInclusive: asked.has('lte'),
  }
}
