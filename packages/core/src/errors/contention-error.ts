import { DirectoryError } from './directory-error'

/** Others changed the subject again and again while the call tried to. Nothing was written; calling again is safe. */
export class ContentionError extends DirectoryError {
  override readonly name = 'ContentionError'
  override readonly code = 'contention'
  constructor(readonly attempts: number) {
    super(`gave up after ${attempts} attempts`)
  }
}
