import { InvalidInputError } from '../errors/invalid-input-error'
import type { MetadataSubjectType } from '../metadata/metadata'
import type { AnyFilter, MetadataCondition, Search, ValueTest } from '../storage/search'
import { indexMember } from './envelope'
import type { Vault } from './vault'

/**
 * The search as the storage can answer it: what equality is asked of becomes a token, and goes to the database as nothing
 * else.
 *
 * @throws {@link InvalidInputError} for any other condition on a key that is encrypted, and for one on all keys of a namespace
 * that has such a key.
 */
export function sealSearch<S extends Search>(vault: Vault, search: S): S {
  const { kind, filter } = search
  if (filter === undefined || (kind !== 'user' && kind !== 'org' && kind !== 'client')) return search
  return { ...search, filter: sealFilter(vault, kind, filter as AnyFilter) }
}

function sealFilter(vault: Vault, subjectType: MetadataSubjectType, filter: AnyFilter): AnyFilter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, filters: filter.filters.map((inner) => sealFilter(vault, subjectType, inner)) }
    case 'not':
      return { op: 'not', filter: sealFilter(vault, subjectType, filter.filter) }
    case 'metadata':
      return sealCondition(vault, subjectType, filter)
    default:
      return filter
  }
}

function sealCondition(
  vault: Vault,
  subjectType: MetadataSubjectType,
  condition: MetadataCondition,
): MetadataCondition {
  const { namespace, path, test } = condition
  const [key] = path
  if (key === undefined) {
    const { encryptedKeys = [] } = vault.rules.of(subjectType, namespace) ?? {}
    if (encryptedKeys.length === 0) return condition
    throw new InvalidInputError(namespace, 'has keys that are encrypted: name the key that is asked for')
  }
  const sealed = vault.of({ subjectType, namespace, key })
  if (sealed === undefined) return condition
  const at = path.join('.')
  if (!sealed.blindIndex)
    throw new InvalidInputError(at, 'is encrypted without a blind index: it cannot be searched by')
  const asked = path.length === 1 ? equalityOf(test) : undefined
  if (asked === undefined) throw new InvalidInputError(at, 'is encrypted: only whether it equals a value can be asked')
  const values = asked.map((value) => vault.index!.tokenOf({ subjectType, namespace, key }, value))
  return { op: 'metadata', namespace, path: [key, indexMember], test: { op: 'in', values } }
}

/** The values of which one has to be there. */
function equalityOf(test: ValueTest): readonly (string | number | boolean)[] | undefined {
  if (test.op === 'in') return test.values
  if (test.op === 'equals') return [test.value]
  return test.op === 'text' && test.method === 'equals' && !test.ignoreCase ? [test.value] : undefined
}
