import type { DenialReason, DirectoryErrorCode, InvalidStateReason, NotFoundSubject, TakenSubject } from '@indwell/core'
import type { ErrorEntry } from './api-error'
import type { GrpcCode } from './grpc-code'

/** What errors of the directory are on the wire, by what they are about. */
export interface ErrorMap {
  /** By the member of the input that is wrong, outermost first: `phone`. */
  readonly invalid_input?: Readonly<Record<string, ErrorEntry>>
  readonly not_found?: { readonly [Subject in NotFoundSubject]?: ErrorEntry }
  readonly already_exists?: { readonly [Subject in TakenSubject]?: ErrorEntry }
  readonly invalid_state?: { readonly [Reason in InvalidStateReason]?: ErrorEntry }
  readonly permission_denied?: { readonly [Reason in DenialReason]?: ErrorEntry }
}

const userTaken = ['already_exists', 'V3-DKcYh', 'Errors.User.AlreadyExists'] as const

/** What they are where the method says nothing else. */
export const commonErrors = {
  not_found: {
    user: ['not_found', 'QUERY-Dfbg2', 'Errors.User.NotFound'],
    org: ['not_found', 'QUERY-iTTGJ', 'Errors.Org.NotFound'],
    metadata: ['not_found', 'QUERY-Rgh32', 'Errors.Metadata.NotFound'],
  },
  already_exists: {
    user_name: userTaken,
    user_name_domain: ['invalid_argument', 'COMMAND-SFd21', 'Errors.User.DomainNotAllowedAsUsername'],
    email: userTaken,
    username: userTaken,
    org_name: ['already_exists', 'V3-DKcYh', 'Errors.Org.AlreadyExists'],
    org_domain: ['already_exists', 'V3-DKcYh', 'Errors.Org.Domain.AlreadyExists'],
  },
} as const satisfies ErrorMap

/** Who may not do what it asks for. These texts are English and no keys. */
export const denials = {
  unknown_org: ['permission_denied', 'AUTH-Bs7Ds', "Organisation doesn't exist"],
  no_membership: ['not_found', 'AUTHZ-cdgFk', 'membership not found'],
  missing_permission: ['permission_denied', 'AUTH-5mWD2', 'No matching permissions found'],
  metadata_key: ['permission_denied', 'AUTH-5mWD2', 'No matching permissions found'],
  policy: ['permission_denied', 'AUTH-5mWD2', 'No matching permissions found'],
} as const satisfies Record<DenialReason, ErrorEntry>

/** The same where a permission is asked for in the org that owns the subject: who is no member there knows of nothing. */
export const objectDenials = {
  permission_denied: { missing_permission: ['permission_denied', 'AUTH-AWfge', 'No matching permissions found'] },
} as const satisfies ErrorMap

export const invalidToken = ['unauthenticated', 'AUTH-7fs1e', 'Errors.Token.Invalid'] as const satisfies ErrorEntry

export const pageTooLong = [
  'invalid_argument',
  'QUERY-4M0fs',
  'Errors.Query.LimitExceeded',
] as const satisfies ErrorEntry

/** The code of an error that neither a method nor {@link commonErrors} gives an id. */
export const codeOf = {
  invalid_input: 'invalid_argument',
  not_found: 'not_found',
  already_exists: 'already_exists',
  invalid_state: 'failed_precondition',
  permission_denied: 'permission_denied',
  unauthenticated: 'unauthenticated',
  version_conflict: 'aborted',
  limit_exceeded: 'invalid_argument',
  contention: 'aborted',
  storage_unavailable: 'unavailable',
  outcome_unknown: 'unavailable',
  idempotency_key_reused: 'failed_precondition',
  hook_refused: 'permission_denied',
  transaction_failed: 'unavailable',
} as const satisfies Record<DirectoryErrorCode, GrpcCode>
