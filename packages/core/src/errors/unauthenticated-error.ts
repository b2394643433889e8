import { DirectoryError } from './directory-error'

export type UnauthenticatedReason = 'unknown_user' | 'user_not_active' | 'org_not_active'

/** The caller is not, or no longer, somebody who may call at all. */
export class UnauthenticatedError extends DirectoryError {
  override readonly name = 'UnauthenticatedError'
  override readonly code = 'unauthenticated'
  constructor(readonly reason: UnauthenticatedReason) {
    super(reason.replaceAll('_', ' '))
  }
}
