import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import { allOf } from '../permissions/all-of'
import { everywhere, type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { AggregateRecord, Stamped, SubjectKey } from '../storage/records'
import { ownerOrgOf } from '../users/owner-org'
import { isSystemOwn, type MetadataSubjectType } from './metadata'

/** A user, org or client, as a carrier of metadata. */
export type MetadataSubject = SubjectKey & { readonly subjectType: MetadataSubjectType }

/** A subject as a call names it: of an org without an id, the one the call works in is meant. */
export type MetadataTarget = MetadataSubject | { readonly subjectType: 'org'; readonly subjectId: undefined }

export const subjectPermissions = {
  user: { read: 'user.read', write: 'user.write' },
  org: { read: 'org.read', write: 'org.write' },
  client: { read: 'project.app.read', write: 'project.app.write' },
} as const satisfies Record<MetadataSubjectType, { readonly read: string; readonly write: string }>

/** Namespaces that ZITADEL and Auth0 leave to the users themselves: nothing may be permitted for what stands there. */
const ownNamespaces: readonly string[] = ['zitadel', 'user']

/** Whether users may read and write their own entries of these namespaces where a call lets them act on themselves. */
export const areOwn = (namespaces: readonly string[]): boolean =>
  namespaces.every((namespace) => ownNamespaces.includes(namespace))

/** Asks for the permission on the metadata of a subject. @throws as {@link scopeOf}. */
export function permitSubject(
  core: Core,
  actor: Actor,
  { subjectType }: MetadataTarget,
  namespace: string,
  verb: 'read' | 'write',
  /** Whether users may do this to themselves. */
  own: boolean = areOwn([namespace]),
): Promise<PermissionScope> {
  const self = subjectType === 'user' && own
  const permission = subjectPermissions[subjectType][verb]
  const permitted = scopeOf(core, actor, permission, { self })
  if (!isSystemOwn(namespace)) return permitted
  return permitted.then((scope) => {
    requireCallable(actor, permission, [namespace])
    return scope
  })
}

/** Where nothing has to be asked for, what `permitSubject` would come to. */
export function scopeOfSystem(actor: Actor): PermissionScope | undefined {
  return actor.type === 'system' && actor.orgId === undefined ? everywhere : undefined
}

/** @throws {@link PermissionDeniedError} for namespaces that a face keeps its own work in, unless the system calls. */
export function requireCallable(actor: Actor, permission: string, namespaces: readonly string[]): void {
  if (actor.type !== 'system' && namespaces.some(isSystemOwn))
    throw new PermissionDeniedError(permission, 'missing_permission')
}

/** The same of first entries or changes that come with another write of the subject. @throws as {@link requireCallable}. */
export function requireCallableChanges(
  actor: Actor,
  permission: string,
  changes: readonly (readonly [namespace: string, change: unknown])[],
): void {
  requireCallable(
    actor,
    permission,
    changes.map(([namespace]) => namespace),
  )
}

/** The org of the call, as a subject. Known once the call is permitted: what is named need not wait for that. */
export async function orgOfCall(
  core: Core,
  permitted: PermissionScope | Promise<PermissionScope>,
): Promise<MetadataSubject> {
  return { subjectType: 'org', subjectId: await ownerOrgOf(core, await permitted, undefined) }
}

/** The user whose metadata it is, for whom it may be its own. */
export const userOf = ({ subjectType, subjectId }: MetadataSubject): string | undefined =>
  subjectType === 'user' ? subjectId : undefined

/**
 * What numbers the subject's events, if the call may see the subject.
 *
 * @throws {@link NotFoundError} for one that does not exist or that the call may not see.
 * @throws {@link PermissionDeniedError} for one that it may see, but not do this to.
 */
export async function loadSubject(
  core: Core,
  permitted: Promise<PermissionScope>,
  subject: MetadataSubject,
): Promise<AggregateRecord> {
  const { subjectType, subjectId } = subject
  const reading = core.read({ read: 'aggregate', key: { type: subjectType, id: subjectId } })
  const [scope, aggregate] = await allOf(permitted, reading)
  if (!aggregate?.live || !scope.admits(aggregate.owner, userOf(subject)))
    throw new NotFoundError(subjectType, subjectId)
  return aggregate
}

/** The subject itself: when it came into being, and whose it is. There is none of a subject that does not live. */
export function readSubject(
  core: Core,
  { subjectType, subjectId }: MetadataSubject,
): Promise<(Stamped & { readonly orgId: string }) | undefined> {
  switch (subjectType) {
    case 'user':
      return core.read({ read: 'record', kind: 'user', key: { userId: subjectId } })
    case 'org':
      return core.read({ read: 'record', kind: 'org', key: { orgId: subjectId } })
    case 'client':
      return core.read({ read: 'record', kind: 'client', key: { clientId: subjectId } })
  }
}
