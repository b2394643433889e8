import { maxFilterConditions, maxFilterDepth } from '../check-filter'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import type { Filter, HoldsCondition, MembershipCondition, MetadataCondition, RecordFilter } from '../storage/search'
import { fieldCondition, operatorsOf } from './field-condition'
import { type FoundKind, fieldKind, kindIn, listFields, memberUserFields, ownNamespaces } from './found-fields'
import { valueCondition } from './value-condition'
import { isPlain, listOf, membersOf, textOf } from './where-scalars'

export type CompiledWhere = Filter<string, MetadataCondition | MembershipCondition | HoldsCondition>

/** One thing that is asked, and where in the question; turned around by `not`, it narrows nothing. */
export type AskedCondition = { readonly where: string; readonly isTurned: boolean } & (
  | { readonly field: string }
  | { readonly condition: MetadataCondition }
)

/** Where in a question something stands. */
export interface Place {
  readonly kind: FoundKind
  readonly path: string
  readonly depth: number
  /** Of the whole question. */
  readonly count: { conditions: number }
  /** Everything that is asked so far. */
  readonly asked: AskedCondition[]
  /** Somewhere below a `not`. */
  readonly isTurned: boolean
}

/**
 * The filter that a question means.
 *
 * @throws {@link InvalidInputError} naming the place of what is `undefined`, not known, or of another type.
 * @throws {@link LimitExceededError} for more than 500 conditions, 50 levels or 1000 values of one `in`.
 * @param asked - Gets everything that is asked.
 */
export function compileWhere<K extends FoundKind>(
  kind: K,
  where: unknown,
  asked: AskedCondition[] = [],
): RecordFilter<K> {
  return compile(where, {
    kind,
    path: 'where',
    depth: 1,
    count: { conditions: 0 },
    asked,
    isTurned: false,
  }) as RecordFilter<K>
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
      return { op: 'not', filter: compile(value, { ...place, isTurned: true }) }
    case 'metadata':
      if (place.kind !== 'member') return keys(ownNamespaces[place.kind], value, place)
      break
    case 'metadataIn':
      if (place.kind === 'member') break
      return allOf(membersOf(value, place.path).map(([namespace, of]) => keys(namespace, of, within(place, namespace))))
    case 'memberships':
      if (place.kind === 'user') return memberships(value, place)
      break
    case 'user':
      if (place.kind === 'member') return memberUser(value, place)
  }
  if (listFields[place.kind] === name) return holding(name, value, place)
  const kind = fieldKind(place.kind, name)
  if (kind === undefined) throw new InvalidInputError(place.path, 'is not known')
  askField(place, name)
  return fieldCondition(name, kind, value, place.path)
}

function askField({ asked, path, isTurned }: Place, field: string): void {
  asked.push({ where: path, isTurned, field })
}

/** What is asked of the user that a member is. */
function memberUser(value: unknown, place: Place): CompiledWhere {
  return allOf(
    membersOf(value, place.path).map(([name, asked]) => {
      const at = within(place, name)
      const { path } = at
      const kind = kindIn(memberUserFields, name)
      if (kind === undefined) throw new InvalidInputError(path, 'is not known')
      askField(at, `user.${name}`)
      return fieldCondition(`user.${name}`, kind, asked, path)
    }),
  )
}

const listOperators = new Set(['has'])

/** What a list of texts has among its items. */
function holding(field: string, value: unknown, place: Place): HoldsCondition {
  if (!isPlain(value)) throw new InvalidInputError(place.path, 'must be an object')
  const asked = operatorsOf(value, place.path, listOperators)
  if (!asked.has('has')) throw new InvalidInputError(place.path, 'asks nothing')
  askField(place, field)
  return { op: 'holds', field, value: textOf(asked.get('has'), `${place.path}.has`) }
}

function keys(namespace: string, value: unknown, place: Place): CompiledWhere {
  return allOf(
    membersOf(value, place.path).map(([key, asked]) => valueCondition(namespace, [key], asked, within(place, key))),
  )
}

function memberships(value: unknown, place: Place): CompiledWhere {
  return allOf(
    membersOf(value, place.path).map(([name, like]): CompiledWhere => {
      const at = within(place, name)
      if (name !== 'some' && name !== 'none') throw new InvalidInputError(at.path, 'is not known')
      askField(name === 'some' ? at : { ...at, isTurned: true }, 'memberships')
      const some: CompiledWhere = { op: 'membership', of: allOf(membershipConditions(like, at)) }
      return name === 'some' ? some : { op: 'not', filter: some }
    }),
  )
}

function membershipConditions(like: unknown, place: Place) {
  return membersOf(like, place.path).map(([name, value]): MembershipCondition['of'] => {
    // What it asks is part of what is asked of the user.
    const at = { ...within(place, name), asked: [] }
    if (name === 'roles') return { ...holding(name, value, at), field: name }
    if (name !== 'orgId') throw new InvalidInputError(at.path, 'is not known')
    return fieldCondition(name, { type: 'text', nullable: false }, value, at.path)
  })
}
