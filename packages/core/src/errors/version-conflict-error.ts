import { DirectoryError } from './directory-error'

/** The subject moved on since the version the caller named. */
export class VersionConflictError extends DirectoryError {
  override readonly name = 'VersionConflictError'
  override readonly code = 'version_conflict'
  constructor(
    readonly expected: string,
    /** `undefined`: it does not exist. */
    readonly current: string | undefined,
  ) {
    super(`expected version ${expected}, found ${current ?? 'none'}`)
  }
}
