import { InvalidInputError } from './errors/invalid-input-error'
import { LimitExceededError } from './errors/limit-exceeded-error'
import { isSystemOwn } from './metadata/metadata'
import { checkNamespace } from './metadata/metadata-input'
import type { Filter, HoldsCondition, MembershipCondition, MetadataCondition } from './storage/search'
import type { IdentityCondition } from './users/list-users'

type CheckedFilter = Filter<string, MetadataCondition | HoldsCondition | MembershipCondition | IdentityCondition>

/** Levels of `and`, `or` and `not`. */
export const maxFilterDepth = 50
/** Conditions of one filter, `and`, `or` and `not` among them. */
export const maxFilterConditions = 500
/** Names in the path of a condition on metadata. */
export const maxPathLength = 100

/**
 * Databases refuse statements that are too large; each at another size and with an error of its own.
 *
 * @throws {@link LimitExceededError} for a filter of more than 500 conditions, 50 levels or 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata, or no member of an identity.
 */
export function checkFilter(filter: CheckedFilter | undefined): void {
  if (filter !== undefined) checkConditions(filter, 1, { visited: 0 })
}

function checkConditions(filter: CheckedFilter, depth: number, count: { visited: number }): void {
  count.visited += 1
  if (count.visited > maxFilterConditions) {
    throw new LimitExceededError('filter.conditions', maxFilterConditions, count.visited)
  }
  if (depth > maxFilterDepth) throw new LimitExceededError('filter.depth', maxFilterDepth, depth)
  switch (filter.op) {
    case 'and':
    case 'or':
      for (const inner of filter.filters) checkConditions(inner, depth + 1, count)
      return
    case 'not':
      checkConditions(filter.filter, depth + 1, count)
      return
    case 'membership':
      checkConditions(filter.of, depth + 1, count)
      return
    case 'metadata':
      checkNamespace(filter.namespace)
      if (isSystemOwn(filter.namespace)) throw new InvalidInputError('namespace', 'cannot be searched')
      if (filter.path.length > maxPathLength) {
        throw new LimitExceededError('filter.path', maxPathLength, filter.path.length)
      }
      return
    case 'identity':
      if (!Array.isArray(filter.path) || filter.path.length !== 1) {
        throw new InvalidInputError('path', 'must name one member of an identity')
      }
  }
}
