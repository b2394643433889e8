import type { Actor } from '../actor'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import type { ParsedMetadataChange } from '../metadata/draft-metadata'
import { areOwn, type MetadataSubject } from '../metadata/metadata-subject'
import type { PermissionScope } from '../permissions/permission-scope'
import type { MetadataParty } from './define-metadata'
import type { MetadataRules, NamespaceRules } from './metadata-rules'

/** What a caller is to a subject: all that holds. */
export type Parties = ReadonlySet<MetadataParty>

const system: Parties = new Set(['system'])
const orgAdmin: Parties = new Set(['orgAdmin'])

/** What the caller is to a subject of an org, by a scope that admitted the call. */
export function partiesOf(
  actor: Actor,
  scope: Pick<PermissionScope, 'includes'>,
  { subjectType, subjectId }: MetadataSubject,
  owner: string,
): Parties {
  if (actor.type === 'system') return system
  const parties = new Set<MetadataParty>()
  if (subjectType === 'user' && subjectId === actor.userId) parties.add('self')
  // Without naming the user: being it is not the same as holding the permission.
  if (scope.includes(owner)) parties.add('orgAdmin')
  return parties
}

/** What the caller is to a subject that it is about to create. */
export const partiesOfCreation = (actor: Actor): Parties => (actor.type === 'system' ? system : orgAdmin)

/** The one decision: whether somebody who is all of `parties` may read or write a key of a namespace. */
export function mayAccess(rules: NamespaceRules, key: string, verb: 'read' | 'write', parties: Parties): boolean {
  if (parties.has('system')) return true
  const allowed = rules.keys.get(key)?.[verb]
  if (allowed === undefined) return parties.has('orgAdmin') || (rules.isOwn && parties.has('self'))
  for (const party of parties) if (allowed.has(party)) return true
  return false
}

/** @throws {@link PermissionDeniedError} `metadata_key` for a change of a key that others write. */
export function requireWritable(
  { rules, set, remove }: ParsedMetadataChange,
  permission: string,
  parties: Parties,
): void {
  if (rules === undefined) return
  for (const key of [...set.map(([key]) => key), ...remove]) {
    if (!mayAccess(rules, key, 'write', parties)) throw new PermissionDeniedError(permission, 'metadata_key')
  }
}

/** Whether users may read something of their own entries of these namespaces, where a call lets them act on themselves. */
export function opensReads(rules: MetadataRules | undefined, namespaces: readonly string[]): boolean {
  return namespaces.every(
    (namespace) =>
      areOwn([namespace]) ||
      [...(rules?.of('user', namespace)?.keys.values() ?? [])].some(({ read }) => read?.has('self')),
  )
}

/** Whether users may make this change of themselves, where a call lets them act on themselves. */
export function opensChange(
  rules: MetadataRules | undefined,
  namespace: string,
  { set, remove, clear }: Pick<ParsedMetadataChange, 'set' | 'remove' | 'clear'>,
): boolean {
  if (areOwn([namespace])) return true
  const defined = rules?.of('user', namespace)
  if (defined === undefined || clear || set.length + remove.length === 0) return false
  return [...set.map(([key]) => key), ...remove].every((key) => defined.keys.get(key)?.write?.has('self'))
}
