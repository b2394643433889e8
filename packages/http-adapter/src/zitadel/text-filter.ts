import type { Filter } from '@indwell/core'
import { type TextQueryMethod, textQueryOf } from './text-query'

/** The condition that a member compares with a text in the way an enum name says. */
export function textFilter<Field extends string>(field: Field, value: string, method: TextQueryMethod): Filter<Field> {
  return { op: 'text', field, value, ...textQueryOf(method) }
}
