import { NotFoundError } from '../errors/not-found-error'
import type { MetadataSubject } from '../metadata/metadata-subject'
import type { PermissionScope } from '../permissions/permission-scope'

/** @throws {@link NotFoundError} for a subject that the call may not see. */
export function requireScope(
  scope: PermissionScope,
  owner: string,
  userId: string | undefined,
  { subjectType, subjectId }: MetadataSubject,
): void {
  if (!scope.admits(owner, userId)) throw new NotFoundError(subjectType, subjectId)
}
