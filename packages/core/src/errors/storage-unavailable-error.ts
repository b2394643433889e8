import { DirectoryError } from './directory-error'

/** The storage cannot be asked. Nothing was written, so asking again is safe; an outage is never a denial. */
export class StorageUnavailableError extends DirectoryError {
  override readonly name = 'StorageUnavailableError'
  override readonly code = 'storage_unavailable'
  constructor(
    /** `incompatible`: the tables are not what this version of the library works with. */
    readonly reason: 'closed' | 'unreachable' | 'busy' | 'read_only' | 'full' | 'failed' | 'incompatible',
    options?: ErrorOptions & {
      /** For the message: what is wrong, in words of the storage's own. */
      readonly detail?: string
    },
  ) {
    const detail = options?.detail === undefined ? '' : `: ${options.detail}`
    super(`storage ${reason.replaceAll('_', ' ')}${detail}`, options)
  }
}
