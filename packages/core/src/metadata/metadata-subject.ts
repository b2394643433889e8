import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import type { CallScope } from '../permissions/check-permission'
import type { AggregateKey, Stamped, SubjectKey } from '../storage/records'
import { allOf } from '../users/load-user'
import type { MetadataSubjectType } from './metadata'

/** A user, org or client, as a carrier of metadata. */
export type MetadataSubject = SubjectKey & { readonly subjectType: MetadataSubjectType }

/** Who may read and write the metadata of what. */
export const subjectPermissions = {
  user: { read: 'user.read', write: 'user.write' },
  org: { read: 'org.read', write: 'org.write' },
  client: { read: 'project.app.read', write: 'project.app.write' },
} as const satisfies Record<MetadataSubjectType, { readonly read: string; readonly write: string }>

export interface LoadedSubject extends Stamped {
  readonly orgId: string
  readonly aggregate: AggregateKey
}

/**
 * The subject, if the call may see it.
 *
 * @throws {@link NotFoundError} for one that does not exist or that the call's org does not own.
 */
export async function loadSubject(
  core: Core,
  permitted: Promise<CallScope>,
  { subjectType, subjectId }: MetadataSubject,
): Promise<LoadedSubject> {
  const [scope, record] = await allOf(permitted, readSubject(core, subjectType, subjectId))
  if (record === undefined || !owns(scope, record)) throw new NotFoundError(subjectType, subjectId)
  const { orgId, sequence, createdAt, changedAt } = record
  return { orgId, sequence, createdAt, changedAt, aggregate: { type: subjectType, id: subjectId } }
}

/** Whether a call that works in `scope` may see what that org owns. */
export const owns = (scope: CallScope, { orgId }: { readonly orgId: string }): boolean =>
  scope.orgId === undefined || scope.orgId === orgId

function readSubject(
  core: Core,
  type: MetadataSubjectType,
  id: string,
): Promise<(Stamped & { orgId: string }) | undefined> {
  switch (type) {
    case 'user':
      return core.read({ read: 'record', kind: 'user', key: { userId: id } })
    case 'org':
      return core.read({ read: 'record', kind: 'org', key: { orgId: id } })
    case 'client':
      return core.read({ read: 'record', kind: 'client', key: { clientId: id } })
  }
}
