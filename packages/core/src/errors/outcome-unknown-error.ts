import { DirectoryError } from './directory-error'

/**
 * The connection broke while the storage was committing: the write is whole or absent, and nobody here knows which. Under
 * an `idempotencyKey` it can be asked for again, and is not done twice.
 */
export class OutcomeUnknownError extends DirectoryError {
  override readonly name = 'OutcomeUnknownError'
  override readonly code = 'outcome_unknown'
  constructor(options?: ErrorOptions) {
    super('the storage did not say whether it committed', options)
  }
}
