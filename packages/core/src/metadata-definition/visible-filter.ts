import type { Actor } from '../actor'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import type { MetadataSubjectType } from '../metadata/metadata'
import { areOwn, subjectPermissions } from '../metadata/metadata-subject'
import type { MetadataCondition } from '../storage/search'
import { mayAccess, type Parties } from './metadata-access'
import type { MetadataRules } from './metadata-rules'

const byPermission: Parties = new Set(['orgAdmin'])
const byBeingIt: Parties = new Set(['self'])

interface Inner {
  readonly op: string
  readonly filter?: Inner
  readonly filters?: readonly Inner[]
}

/**
 * Refuses conditions on keys that are hidden from whoever may read the subjects: what it finds would tell their values.
 *
 * @throws {@link PermissionDeniedError} `metadata_key`.
 */
export function requireReadableFilter(
  rules: MetadataRules | undefined,
  actor: Actor,
  subjectType: MetadataSubjectType,
  filter: Inner | undefined,
): void {
  if (rules === undefined || actor.type === 'system') return
  if (!isReadable(rules, subjectType, filter, byPermission)) {
    throw new PermissionDeniedError(subjectPermissions[subjectType].read, 'metadata_key')
  }
}

/** Whether users may be found by a filter for no other reason than that they ask: by nothing that they could not read. */
export const findsItself = (rules: MetadataRules | undefined, filter: Inner | undefined): boolean =>
  isReadable(rules, 'user', filter, byBeingIt)

function isReadable(
  rules: MetadataRules | undefined,
  subjectType: MetadataSubjectType,
  filter: Inner | undefined,
  parties: Parties,
): boolean {
  const isInnerReadable = (inner: Inner | undefined) => isReadable(rules, subjectType, inner, parties)
  switch (filter?.op) {
    case 'and':
    case 'or':
      return (filter.filters ?? []).every(isInnerReadable)
    case 'not':
      return isInnerReadable(filter.filter)
    case 'metadata': {
      const { namespace, path } = filter as Inner & MetadataCondition
      const defined = rules?.of(subjectType, namespace)
      const [key] = path
      // No key is empty: it stands for those that nothing is said about.
      const keys = key === undefined ? ['', ...(defined?.keys.keys() ?? [])] : [key]
      if (defined === undefined) return parties !== byBeingIt || areOwn([namespace])
      return keys.every((name) => mayAccess(defined, name, 'read', parties))
    }
    default:
      return true
  }
}
