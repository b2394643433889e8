import { DirectoryError } from './directory-error'

/** The subject, or a key of its metadata, moved on since the version the caller named. */
export class VersionConflictError extends DirectoryError {
  override readonly name = 'VersionConflictError'
  override readonly code = 'version_conflict'
  constructor(
    /** `undefined`: the caller asked for there to be none. */
    readonly expected: string | undefined,
    /** What it is now. `undefined`: it does not exist. */
    readonly current: string | undefined,
    /** Of metadata, where the versions are those of an entry. */
    readonly key?: string,
  ) {
    super(`${key === undefined ? '' : `${key}: `}expected ${named(expected)}, found ${current ?? 'none'}`)
  }

  /** The same as `current`: what a write has to be based on to get through. */
  get currentVersion(): string | undefined {
    return this.current
  }
}

const named = (version: string | undefined) => (version === undefined ? 'none' : `version ${version}`)
