import type { Actor } from '../actor'
import type { Core } from '../core'
import type { MetadataEntry } from '../metadata/get-metadata'
import { type MetadataValue, metadataValue } from '../metadata/metadata-input'
import type { MetadataSubject } from '../metadata/metadata-subject'
import type { PermissionScope } from '../permissions/permission-scope'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import type { Filter } from '../storage/search'
import { isExpired } from './expiry'
import { mayAccess, type Parties, partiesOf } from './metadata-access'
import type { NamespaceRules } from './metadata-rules'

/** Who asks, as far as it is known by what. */
export interface MetadataReader {
  readonly actor: Actor
  readonly permitted: Promise<PermissionScope>
}

/** Whether a reader finds an entry: one that is hidden or expired is as if it was not there. */
export const isShown = (rules: NamespaceRules, entry: EntryRecord, parties: Parties, now: number): boolean =>
  mayAccess(rules, entry.key, 'read', parties) && !isExpired(rules, entry, now)

/** What a reader is to a subject whose owner is known by an entry, or else has to be asked for. */
export async function readerParties(
  core: Core,
  { actor, permitted }: MetadataReader,
  subject: MetadataSubject,
  owner: string | undefined,
): Promise<Parties> {
  const isSystem = actor.type === 'system'
  const known = isSystem
    ? ''
    : (owner ??
      (await core.read({ read: 'aggregate', key: { type: subject.subjectType, id: subject.subjectId } }))?.owner)
  return partiesOf(actor, await permitted, subject, known ?? '')
}

/** Defaults of keys that the reader may see and that hold nothing, by key. */
export function shownDefaults(
  rules: NamespaceRules,
  has: (key: string) => boolean,
  parties: Parties,
): readonly (readonly [key: string, value: MetadataValue])[] {
  return [...rules.keys.values()].flatMap(({ key, defaultValue }) =>
    defaultValue === undefined || has(key) || !mayAccess(rules, key, 'read', parties)
      ? []
      : [[key, metadataValue(defaultValue)] as const],
  )
}

/** The default of a key as an entry; `undefined` where it has none, or none for this reader. */
export function defaultEntry(
  rules: NamespaceRules,
  key: string,
  parties: Parties,
  { owner, changedAt }: AggregateRecord,
): MetadataEntry | undefined {
  const value = rules.keys.get(key)?.defaultValue
  if (value === undefined || !mayAccess(rules, key, 'read', parties)) return undefined
  return { key, value: metadataValue(value), sequence: '0', createdAt: changedAt, changedAt, orgId: owner }
}

/** The condition on keys that leaves out what the reader shall not find; `undefined` where it finds everything. */
export async function shownKeys(
  core: Core,
  rules: NamespaceRules,
  subject: MetadataSubject,
  parties: Parties,
): Promise<Filter<'key'> | undefined> {
  const { namespace, expiringKeys: keys } = rules
  const expiring = keys.length === 0 ? [] : await core.read({ read: 'entries', subject, namespace, keys })
  const gone = new Set(expiring.filter((entry) => isExpired(rules, entry, core.now())).map(({ key }) => key))
  const defined = [...rules.keys.keys()]
  const isFound = (key: string) => mayAccess(rules, key, 'read', parties) && !gone.has(key)
  // No key is empty: what nothing is said about is all the same.
  if (!mayAccess(rules, '', 'read', parties)) return { op: 'in', field: 'key', values: defined.filter(isFound) }
  const left = defined.filter((key) => !isFound(key))
  return left.length === 0 ? undefined : { op: 'not', filter: { op: 'in', field: 'key', values: left } }
}
