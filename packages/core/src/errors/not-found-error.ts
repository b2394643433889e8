import { DirectoryError } from './directory-error'

export type NotFoundSubject =
  | 'user'
  | 'identity'
  | 'org'
  | 'member'
  | 'client'
  | 'role'
  | 'metadata'
  | 'access_token'
  | 'phone'
  | 'domain'

/** The subject does not exist, or the caller may not know that it does: both look the same. */
export class NotFoundError extends DirectoryError {
  override readonly name = 'NotFoundError'
  override readonly code = 'not_found'
  constructor(
    readonly subject: NotFoundSubject,
    readonly id: string,
  ) {
    super(`${subject} not found`)
  }
}
