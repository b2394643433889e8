import { DirectoryError } from './directory-error'

/** The storage cannot be asked. Nothing was written, so asking again is safe; an outage is never a denial. */
export class StorageUnavailableError extends DirectoryError {
  override readonly name = 'StorageUnavailableError'
  override readonly code = 'storage_unavailable'
  constructor(
    readonly reason: 'closed' | 'unreachable' | 'busy' | 'read_only' | 'full' | 'failed',
    options?: ErrorOptions,
  ) {
    super(`storage ${reason.replaceAll('_', ' ')}`, options)
  }
}
