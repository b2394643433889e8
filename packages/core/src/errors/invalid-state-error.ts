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
  | 'history_purged'

/** The subject is in a state that forbids the call. */
export class InvalidStateError extends DirectoryError {
  override readonly name = 'InvalidStateError'
  override readonly code = 'invalid_state'
  constructor(readonly reason: InvalidStateReason) {
    super(reason.replaceAll('_', ' '))
  }
}
