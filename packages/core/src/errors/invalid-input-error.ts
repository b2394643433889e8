import { DirectoryError } from './directory-error'

/** The input does not have the shape the call asks for. Nothing was read or written. */
export class InvalidInputError extends DirectoryError {
  override readonly name = 'InvalidInputError'
  override readonly code = 'invalid_input'
  constructor(
    /** Where in the input, as in `profile.firstName`; empty: the input as a whole. */
    readonly path: string,
    /** What is wrong with it, without its value. */
    readonly problem: string,
  ) {
    super(path === '' ? problem : `${path}: ${problem}`)
  }
}
