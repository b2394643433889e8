import { InvalidInputError } from '../errors/invalid-input-error'
import type { MetadataCondition, TextMethod, ValueTest } from '../storage/search'
import { allOf, type CompiledWhere, type Place, within } from './compile-where'
import { operatorsOf, textMethods } from './field-condition'
import { anyScalarOf, booleanOf, isPlain, membersOf, rangeOf, type Scalar, textOf, valuesOf } from './where-scalars'

const ends = ['gt', 'gte', 'lt', 'lte']
const operators = new Set(['eq', 'in', 'has', 'exists', 'at', 'ignoreCase', ...textMethods.keys(), ...ends])

/**
 * What is asked of values in metadata. One thing at a time: two conditions might be met by two items of a list, or so it
 * would have to be said.
 */
export function valueCondition(
  namespace: string,
  path: readonly string[],
  value: unknown,
  place: Place,
): CompiledWhere {
  const condition = (test: ValueTest, isTurned = place.isTurned): MetadataCondition => {
    const asked: MetadataCondition = { op: 'metadata', namespace, path, test }
    place.asked.push({ where: place.path, isTurned, condition: asked })
    return asked
  }
  if (!isPlain(value)) return condition({ op: 'equals', value: anyScalarOf(value, place.path) })

  const asked = operatorsOf(value, place.path, operators)
  const range = rangeOf(asked, place.path, anyScalarOf)
  const [first, second] = [...asked.keys()].filter((name) => name !== 'ignoreCase' && !ends.includes(name))
  if (second !== undefined || (range !== undefined && first !== undefined)) {
    throw new InvalidInputError(place.path, 'asks several things of one value: join them by `and`')
  }
  if (range !== undefined) return condition({ op: 'range', ...range })
  if (first === undefined) throw new InvalidInputError(place.path, 'asks nothing')

  const at = `${place.path}.${first}`
  const operand = asked.get(first)
  const ignoreCase = asked.has('ignoreCase') && booleanOf(asked.get('ignoreCase'), `${place.path}.ignoreCase`)
  const text = (method: TextMethod, part: string) => condition({ op: 'text', method, value: part, ignoreCase })
  const equals = (scalar: Scalar) =>
    ignoreCase && typeof scalar === 'string' ? text('equals', scalar) : condition({ op: 'equals', value: scalar })

  const method = textMethods.get(first)
  if (method !== undefined) return text(method, textOf(operand, at))
  switch (first) {
    case 'in': {
      const values = valuesOf(operand, at, anyScalarOf)
      return ignoreCase ? { op: 'or', filters: values.map(equals) } : condition({ op: 'in', values })
    }
    case 'exists': {
      if (booleanOf(operand, at)) return condition({ op: 'exists' })
      return { op: 'not', filter: condition({ op: 'exists' }, true) }
    }
    case 'at':
      return allOf(
        membersOf(operand, at).map(([name, inner]) =>
          valueCondition(namespace, [...path, name], inner, within(place, name)),
        ),
      )
    default:
      return equals(anyScalarOf(operand, at))
  }
}
