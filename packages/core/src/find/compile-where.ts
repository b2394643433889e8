import { maxFilterConditions, maxFilterDepth } from '../check-filter'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import type { Filter, MembershipCondition, MetadataCondition, RecordFilter } from '../storage/search'
import { fieldCondition } from './field-condition'
import { type FoundKind, fieldKind, ownNamespaces } from './found-fields'
import { valueCondition } from './value-condition'
import { listOf, membersOf } from './where-scalars'

export type CompiledWhere = Filter<string, MetadataCondition | MembershipCondition>

/** Where in a question something stands. */
export interface Place {
  readonly kind: FoundKind
  readonly path: string
  readonly depth: number
  /** Of the whole question. */
  readonly count: { conditions: number }
}

/**
 * The filter that a question means.
 *
 * @throws {@link InvalidInputError} naming the place of what is `undefined`, not known, or of another type.
 * @throws {@link LimitExceededError} for more than 500 conditions, 50 levels or 1000 values of one `in`.
 */
export function compileWhere<K extends FoundKind>(kind: K, where: unknown): RecordFilter<K> {
  return compile(where, { kind, path: 'where', depth: 1, count: { conditions: 0 } }) as RecordFilter<K>
}

/** The place of a member, counted: an object that holds itself comes to an end. */
export function within(place: Place, name: string | number): Place {
  const { count, depth } = place
  count.conditions += 1
  if (count.conditions > maxFilterConditions * 2) {
    throw new LimitExceededError('filter.conditions', maxFilterConditions, count.conditions)
  }
  if (depth >= maxFilterDepth * 2) throw new LimitExceededError('filter.depth', maxFilterDepth, depth)
  return { ...place, path: `${place.path}.${name}`, depth: depth + 1 }
}

export const allOf = <F extends CompiledWhere>(
  filters: readonly F[],
): F | { readonly op: 'and'; filters: readonly F[] } => (filters.length === 1 ? filters[0]! : { op: 'and', filters })

function compile(where: unknown, place: Place): CompiledWhere {
  return allOf(membersOf(where, place.path).map(([name, value]) => member(name, value, within(place, name))))
}

function member(name: string, value: unknown, place: Place): CompiledWhere {
  switch (name) {
    case 'and':
    case 'or':
      return { op: name, filters: listOf(value, place.path).map((item, index) => compile(item, within(place, index))) }
    case 'not':
      return { op: 'not', filter: compile(value, place) }
    case 'metadata':
      return keys(ownNamespaces[place.kind], value, place)
    case 'metadataIn':
      return allOf(membersOf(value, place.path).map(([namespace, of]) => keys(namespace, of, within(place, namespace))))
  }
  if (name === 'memberships' && place.kind === 'user') return memberships(value, place)
  const kind = fieldKind(place.kind, name)
  if (kind === undefined) throw new InvalidInputError(place.path, 'is not known')
  return fieldCondition(name, kind, value, place.path)
}

function keys(namespace: string, value: unknown, place: Place): CompiledWhere {
  return allOf(
    membersOf(value, place.path).map(([key, asked]) => valueCondition(namespace, [key], asked, within(place, key))),
  )
}

function memberships(value: unknown, place: Place): CompiledWhere {
  return allOf(
    membersOf(value, place.path).map(([name, orgs]): CompiledWhere => {
      const at = within(place, name)
      if (name !== 'some' && name !== 'none') throw new InvalidInputError(at.path, 'is not known')
      const some: CompiledWhere = { op: 'membership', of: allOf(orgConditions(orgs, at)) }
      return name === 'some' ? some : { op: 'not', filter: some }
    }),
  )
}

function orgConditions(orgs: unknown, place: Place) {
  return membersOf(orgs, place.path).map(([name, value]) => {
    const { path } = within(place, name)
    if (name !== 'orgId') throw new InvalidInputError(path, 'is not known')
    return fieldCondition(name, { type: 'text', nullable: false }, value, path)
  })
}
