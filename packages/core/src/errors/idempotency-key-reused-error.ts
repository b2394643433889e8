import { DirectoryError } from './directory-error'

/** The caller made another request under the same idempotency key. Nothing was written. */
export class IdempotencyKeyReusedError extends DirectoryError {
  override readonly name = 'IdempotencyKeyReusedError'
  override readonly code = 'idempotency_key_reused'
  constructor() {
    super('the idempotency key was used for another request')
  }
}
