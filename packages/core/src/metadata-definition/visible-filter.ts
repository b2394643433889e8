import type { Actor } from '../actor'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import type { MetadataSubjectType } from '../metadata/metadata'
import { subjectPermissions } from '../metadata/metadata-subject'
import type { MetadataCondition } from '../storage/search'
import { mayAccess, type Parties } from './metadata-access'
import type { MetadataRules, NamespaceRules } from './metadata-rules'

/** Whoever searches does so by a permission, however many of what is found it is itself. */
const searcher: Parties = new Set(['orgAdmin'])

interface Inner {
  readonly op: string
  readonly filter?: Inner
  readonly filters?: readonly Inner[]
}

/**
 * Refuses conditions on keys that the caller may not read: what it finds would tell their values.
 *
 * @throws {@link PermissionDeniedError} `metadata_key`.
 */
export function requireReadableFilter(
  rules: MetadataRules | undefined,
  actor: Actor,
  subjectType: MetadataSubjectType,
  filter: Inner | undefined,
): void {
  if (rules === undefined || actor.type === 'system' || filter === undefined) return
  if (filter.op === 'metadata' && !isReadable(rules, subjectType, filter as Inner & MetadataCondition)) {
    throw new PermissionDeniedError(subjectPermissions[subjectType].read, 'metadata_key')
  }
  requireReadableFilter(rules, actor, subjectType, filter.op === 'not' ? filter.filter : undefined)
  for (const inner of filter.op === 'and' || filter.op === 'or' ? (filter.filters ?? []) : []) {
    requireReadableFilter(rules, actor, subjectType, inner)
  }
}

function isReadable(
  rules: MetadataRules,
  subjectType: MetadataSubjectType,
  { namespace, path }: MetadataCondition,
): boolean {
  const defined: NamespaceRules | undefined = rules.of(subjectType, namespace)
  if (defined === undefined) return true
  const [key] = path
  return (key === undefined ? [...defined.keys.keys()] : [key]).every((name) =>
    mayAccess(defined, name, 'read', searcher),
  )
}
