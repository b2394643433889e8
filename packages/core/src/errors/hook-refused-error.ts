import { DirectoryError } from './directory-error'

/** A hook of the host refused the call; what it threw is the `cause`. Nothing was written. */
export class HookRefusedError extends DirectoryError {
  override readonly name = 'HookRefusedError'
  override readonly code = 'hook_refused'
  constructor(
    readonly hook: 'before' | 'inTransaction',
    options?: ErrorOptions,
  ) {
    super(`the host's hook ${hook} refused the call`, options)
  }
}
