import { DirectoryError } from './directory-error'

export type InvalidStateReason =
  | 'user_already_inactive'
  | 'user_initial'
  | 'user_not_inactive'
  | 'user_not_active_or_initial'
  | 'user_not_locked'
  | 'user_not_human'
  | 'user_not_machine'
  | 'user_not_initial'
  | 'user_without_email'
  | 'user_without_phone'
  | 'email_already_verified'
  | 'phone_already_verified'
  | 'code_wrong'
  | 'code_expired'
  | 'code_spent'
  | 'code_unknown'
  | 'identity_already_linked'
  | 'identity_has_identities'
  | 'identity_is_primary'
  | 'identity_of_other_org'
  | 'member_ends_otherwise'
  | 'org_inactive'
  | 'org_already_inactive'
  | 'org_already_active'
  | 'org_already_default'
  | 'org_is_default'
  | 'domain_primary'
  | 'domain_not_verified'
  | 'domain_already_verified'
  | 'domain_not_proven'
  | 'domain_verification_missing'
  | 'domain_policy_fixed'
  | 'client_metadata_full'
  /** What is to be incremented is none. */
  | 'metadata_not_a_number'
  /** No number holds the sum to its last digit. */
  | 'metadata_number_not_exact'
  /** What is to be appended to is none. */
  | 'metadata_not_a_list'
  /** A JSON Patch names a path that leads nowhere. */
  | 'metadata_path_missing'
  /** A `test` of a JSON Patch does not hold. */
  | 'metadata_test_failed'
  /** What is stored was encrypted under a key that is no more, or is not what was stored there. */
  | 'metadata_unreadable'
  /** The key provider has no key of the id that it says is the current one. */
  | 'metadata_key_missing'
  /** Rows of the host refer to it, by a foreign key that forbids what was asked for. */
  | 'referenced'
  | 'history_purged'

/** The subject is in a state that forbids the call. */
export class InvalidStateError extends DirectoryError {
  override readonly name = 'InvalidStateError'
  override readonly code = 'invalid_state'
  constructor(
    readonly reason: InvalidStateReason,
    /** Of metadata: the key, or the place in the patch, as in `patch.3`. */
    readonly path?: string,
  ) {
    super(`${path === undefined ? '' : `${path}: `}${reason.replaceAll('_', ' ')}`)
  }
}
