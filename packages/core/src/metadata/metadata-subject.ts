import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { type CallScope, owns } from '../permissions/check-permission'
import type { AggregateRecord, Stamped, SubjectKey } from '../storage/records'
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

/**
 * What numbers the subject's events, if the call may see the subject.
 *
 * @throws {@link NotFoundError} for one that does not exist or that the call's org does not own.
 */
export async function loadSubject(
  core: Core,
  permitted: Promise<CallScope>,
  { subjectType, subjectId }: MetadataSubject,
): Promise<AggregateRecord> {
  const reading = core.read({ read: 'aggregate', key: { type: subjectType, id: subjectId } })
  const [scope, aggregate] = await allOf(permitted, reading)
  if (!aggregate?.live || !owns(scope, aggregate.owner)) throw new NotFoundError(subjectType, subjectId)
  return aggregate
}

/** The subject itself, for when it came into being. */
export function readSubject(core: Core, { subjectType, subjectId }: MetadataSubject): Promise<Stamped | undefined> {
  switch (subjectType) {
    case 'user':
      return core.read({ read: 'record', kind: 'user', key: { userId: subjectId } })
    case 'org':
      return core.read({ read: 'record', kind: 'org', key: { orgId: subjectId } })
    case 'client':
      return core.read({ read: 'record', kind: 'client', key: { clientId: subjectId } })
  }
}
