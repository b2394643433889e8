import { DirectoryError } from './directory-error'

export type DenialReason =
  /** The org the call names does not exist. */
  | 'unknown_org'
  /** The caller has no membership that reaches the org. */
  | 'no_membership'
  /** The caller has memberships, but none that permits the call. */
  | 'missing_permission'
  /** The key of metadata is for others to write. */
  | 'metadata_key'
  /** A policy of the host forbids it. */
  | 'policy'

/** The caller may not do this. */
export class PermissionDeniedError extends DirectoryError {
  override readonly name = 'PermissionDeniedError'
  override readonly code = 'permission_denied'
  constructor(
    readonly permission: string,
    /** For the log: the wire may say less. */
    readonly reason: DenialReason,
  ) {
    super(`${permission} denied: ${reason.replaceAll('_', ' ')}`)
  }
}
