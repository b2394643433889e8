import type { Actor } from '../actor'
import type { Core } from '../core'
import { valuesByCreation } from '../metadata/list-metadata'
import type { MetadataValue } from '../metadata/metadata-input'
import { areOwn, type MetadataSubject, requireCallable, subjectPermissions } from '../metadata/metadata-subject'
import { type Parties, partiesOf } from '../metadata-definition/metadata-access'
import { isShown, shownDefaults } from '../metadata-definition/shown-entries'
import { allOf } from '../permissions/all-of'
import { type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { CarrierKind } from '../storage/search'
import type { Membership } from '../users/list-memberships'
import { shownMemberships } from '../users/shown-memberships'
import { idFields } from './found-fields'
import type { ParsedInclude } from './include'

type Values = Readonly<Record<string, MetadataValue>>

interface IncludedParts {
  readonly metadata?: Readonly<Record<string, Values>>
  readonly memberships?: readonly Membership[]
}

/** An item of a page: a user, org or client. */
interface Item {
  readonly orgId: string
}

/**
 * Answers what a query includes, in the order of the items. However many they are, the storage is asked once per thousand
 * reads, and where memberships are asked for once more for their orgs and roles.
 *
 * @throws {@link PermissionDeniedError} for namespaces of the system's own; for memberships without
 * `user.membership.read`.
 */
export async function readIncluded(
  core: Core,
  actor: Actor,
  kind: CarrierKind,
  items: readonly Item[],
  include: ParsedInclude | undefined,
  permitted: PermissionScope | Promise<PermissionScope>,
): Promise<readonly IncludedParts[] | undefined> {
  if (include === undefined) return undefined
  const subjects = items.map((item) => ({ subjectType: kind, subjectId: idOf(kind, item), owner: item.orgId }))
  const [metadata, memberships] = await Promise.all([
    include.metadata && readMetadata(core, actor, subjects, include.metadata, permitted),
    include.memberships ? readMemberships(core, actor, subjects) : undefined,
  ])
  return items.map((_, index) => ({
    ...(metadata && { metadata: metadata[index]! }),
    ...(memberships && { memberships: memberships[index]! }),
  }))
}

/** The items, each with what is included. */
export function withIncluded<T extends object>(
  items: readonly T[],
  included: readonly IncludedParts[] | undefined,
): readonly T[] {
  return included === undefined ? items : items.map((item, index) => ({ ...item, ...included[index] }))
}

async function readMemberships(
  core: Core,
  actor: Actor,
  subjects: readonly Owned[],
): Promise<readonly (readonly Membership[])[]> {
  const permitted = scopeOf(core, actor, 'user.membership.read')
  const reading = Promise.all(subjects.map(({ subjectId }) => core.read({ read: 'memberships', userId: subjectId })))
  const [scope, read] = await allOf(permitted, reading)
  const stored = read.map((memberships, index) => ({ homeOrgId: subjects[index]!.owner, memberships }))
  return shownMemberships(core, scope, stored)
}

const idOf = (kind: CarrierKind, item: Item): string =>
  (item as Item & Readonly<Record<string, string>>)[idFields[kind]]!

type Owned = MetadataSubject & { readonly owner: string }

async function readMetadata(
  core: Core,
  actor: Actor,
  subjects: readonly Owned[],
  namespaces: NonNullable<ParsedInclude['metadata']>,
  permitted: PermissionScope | Promise<PermissionScope>,
): Promise<readonly Readonly<Record<string, Values>>[]> {
  const [first] = subjects
  if (first === undefined) return []
  const kind = first.subjectType
  requireCallable(actor, subjectPermissions[kind].read, [...namespaces.keys()])
  const reading = Promise.all(
    subjects.flatMap(({ subjectType, subjectId }) =>
      Array.from(namespaces, ([namespace, keys]) =>
        core.read({ read: 'entries', subject: { subjectType, subjectId }, namespace, ...(keys && { keys }) }),
      ),
    ),
  )
  const [scope, entries] = await allOf(Promise.resolve(permitted), reading)
  return subjects.map((subject, index) => {
    const parties = partiesOf(actor, scope, subject, subject.owner)
    const values = Array.from(namespaces, ([namespace, keys], place) => {
      const found = entries[index * namespaces.size + place]!
      const rules = core.metadataRules?.of(kind, namespace)
      if (rules === undefined) {
        return [namespace, mayRead(namespace, parties) ? Object.fromEntries(valuesByCreation(found)) : {}] as const
      }
      const shown = found.filter((entry) => isShown(rules, entry, parties, core.now()))
      const defaults = shownDefaults(rules, (name) => shown.some(({ key }) => key === name), parties)
      const asked = keys === undefined ? defaults : defaults.filter(([key]) => keys.includes(key))
      return [namespace, Object.fromEntries([...valuesByCreation(shown), ...asked])] as const
    })
    return Object.fromEntries(values)
  })
}

/** As `mayAccess` has it where nothing is defined. */
const mayRead = (namespace: string, parties: Parties): boolean =>
  parties.has('system') || parties.has('orgAdmin') || (parties.has('self') && areOwn([namespace]))
