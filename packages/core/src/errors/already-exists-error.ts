import { DirectoryError } from './directory-error'

export type TakenSubject =
  | 'user_id'
  | 'user_name'
  /** The domain that a user name ends with is another org's. */
  | 'user_name_domain'
  | 'email'
  | 'username'
  | 'org_id'
  | 'org_name'
  | 'org_domain'
  | 'domain_of_org'
  | 'member'
  | 'client_id'
  /** Taken for good: a role that was removed never comes back under its id. */
  | 'role_id'
  | 'role_name'
  | 'access_token'
  | 'instance'
  /** The value of a key of metadata that is unique. */
  | 'metadata'

/** Another subject holds what has to be unique. */
export class AlreadyExistsError extends DirectoryError {
  override readonly name = 'AlreadyExistsError'
  override readonly code = 'already_exists'
  constructor(
    readonly subject: TakenSubject,
    /** Of metadata. */
    readonly key?: string,
  ) {
    super(key === undefined ? `${subject} is taken` : `${subject} ${key} is taken`)
  }
}
