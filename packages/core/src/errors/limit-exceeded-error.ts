import { DirectoryError } from './directory-error'

/** More was asked for, or sent, than a limit allows. */
export class LimitExceededError extends DirectoryError {
  override readonly name = 'LimitExceededError'
  override readonly code = 'limit_exceeded'
  constructor(
    /** What is limited, as in `metadata.value.bytes`. */
    readonly limitName: string,
    readonly limit: number,
    readonly actual: number,
    /** Of metadata, where it is about one key. */
    readonly key?: string,
  ) {
    super(`${limitName}${key === undefined ? '' : ` of ${key}`} is ${actual}, at most ${limit} allowed`)
  }
}
