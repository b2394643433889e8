import type { AnyFilter } from '@indwell/core'
import { loginNameField } from './login-name-predicate'

type Scalar = string | number | boolean

/** What asks for one value of several at one place. */
interface Gathered {
  readonly values: Set<Scalar>
  filterOf(values: readonly Scalar[]): AnyFilter
}

/**
 * The same filter, with what `or` asks for at one place, value by value, as one list: a statement of ten thousand conditions
 * takes seconds to plan, and an index would be asked for each.
 */
export function gatherEquals(filter: AnyFilter): AnyFilter {
  switch (filter.op) {
    case 'and':
      return { op: 'and', filters: filter.filters.map(gatherEquals) }
    case 'not':
      return { op: 'not', filter: gatherEquals(filter.filter) }
    case 'or':
      return gatherOr(filter.filters)
    default:
      return filter
  }
}

function gatherOr(filters: readonly AnyFilter[]): AnyFilter {
  const places = new Map<string, Gathered>()
  const others: AnyFilter[] = []
  for (const filter of filters.map(gatherEquals)) {
    const [place, gathered] = placeOf(filter) ?? []
    if (place === undefined || gathered === undefined) {
      others.push(filter)
      continue
    }
    const there = places.get(place)
    if (there === undefined) places.set(place, gathered)
    else for (const value of gathered.values) there.values.add(value)
  }
  const lists = Array.from(places.values(), ({ values, filterOf }) => filterOf([...values]))
  const all = [...lists, ...others]
  return all.length === 1 ? all[0]! : { op: 'or', filters: all }
}

function placeOf(filter: AnyFilter): readonly [place: string, gathered: Gathered] | undefined {
  switch (filter.op) {
    case 'equals':
    case 'in': {
      const { field } = filter
      const values = filter.op === 'in' ? filter.values : filter.value === null ? undefined : [filter.value]
      // A login name is made of more than one column.
      if (values === undefined || field === loginNameField) return undefined
      return [field, { values: new Set(values), filterOf: (all) => fieldFilter(field, all) }]
    }
    case 'metadata': {
      const { namespace, path, test } = filter
      if (test.op !== 'equals' && test.op !== 'in') return undefined
      const values = new Set(test.op === 'in' ? test.values : [test.value])
      const filterOf = (all: readonly Scalar[]): AnyFilter => {
        const [only, ...others] = all
        return {
          ...filter,
          test: only !== undefined && others.length === 0 ? { op: 'equals', value: only } : { op: 'in', values: all },
        }
      }
      return [JSON.stringify([namespace, path]), { values, filterOf }]
    }
    default:
      return undefined
  }
}

function fieldFilter(field: string, all: readonly Scalar[]): AnyFilter {
  const [only, ...others] = all
  if (only !== undefined && others.length === 0) return { op: 'equals', field, value: only }
  return { op: 'in', field, values: all }
}
