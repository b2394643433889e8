import { InvalidInputError } from '../errors/invalid-input-error'
import type { Filter, TextMethod } from '../storage/search'
import type { FieldKind } from './found-fields'
import { booleanOf, isPlain, membersOf, rangeOf, type Scalar, scalarOf, textOf, valuesOf } from './where-scalars'

/** Operators on parts of texts, as they are asked and as storages know them. */
export const textMethods: ReadonlyMap<string, TextMethod> = new Map([
  ['prefix', 'starts-with'],
  ['suffix', 'ends-with'],
  ['contains', 'contains'],
])

const operators = new Set(['eq', 'in', 'exists', 'gt', 'gte', 'lt', 'lte'])
const textOperators = new Set([...operators, ...textMethods.keys(), 'ignoreCase'])

/** What is asked of a member of the record. */
export function fieldCondition<Field extends string>(
  field: Field,
  { type, nullable }: FieldKind,
  value: unknown,
  path: string,
): Filter<Field> {
  if (value === null) {
    if (!nullable) throw new InvalidInputError(path, 'is never null')
    return { op: 'equals', field, value }
  }
  const parse = scalarOf[type]
  if (!isPlain(value)) return { op: 'equals', field, value: parse(value, path) }

  const asked = operatorsOf(value, path, type === 'text' ? textOperators : operators)
  const ignoreCase = asked.has('ignoreCase') && booleanOf(asked.get('ignoreCase'), `${path}.ignoreCase`)
  const text = (method: TextMethod, part: Scalar): Filter<Field> => ({
    op: 'text',
    field,
    method,
    value: String(part),
    ignoreCase,
  })
  const equals = (scalar: Scalar): Filter<Field> =>
    ignoreCase ? text('equals', scalar) : { op: 'equals', field, value: scalar }

  const filters: Filter<Field>[] = []
  for (const [operator, operand] of asked) {
    const at = `${path}.${operator}`
    const method = textMethods.get(operator)
    if (method !== undefined) filters.push(text(method, textOf(operand, at)))
    else if (operator === 'eq') filters.push(equals(parse(operand, at)))
    else if (operator === 'in') filters.push(oneOf(valuesOf(operand, at, parse)))
    else if (operator === 'exists') filters.push(existing(field, booleanOf(operand, at)))
  }
  const range = rangeOf(asked, path, parse)
  if (range !== undefined) filters.push({ op: 'range', field, ...range })
  if (filters.length === 0) throw new InvalidInputError(path, 'asks nothing')
  return filters.length === 1 ? filters[0]! : { op: 'and', filters }

  function oneOf(values: readonly Scalar[]): Filter<Field> {
    return ignoreCase ? { op: 'or', filters: values.map(equals) } : { op: 'in', field, values }
  }
}

function existing<Field extends string>(field: Field, exists: boolean): Filter<Field> {
  const any: Filter<Field> = { op: 'range', field, fromInclusive: true, toInclusive: true }
  return exists ? any : { op: 'not', filter: any }
}

/** @throws {@link InvalidInputError} for an operator that is not known there. */
export function operatorsOf(value: object, path: string, known: ReadonlySet<string>): ReadonlyMap<string, unknown> {
  const asked = membersOf(value, path)
  for (const [operator] of asked) {
    if (!known.has(operator)) throw new InvalidInputError(`${path}.${operator}`, 'is not known')
  }
  return new Map(asked)
}
