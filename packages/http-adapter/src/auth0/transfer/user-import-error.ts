import type { ImportSummary } from './import-users'

/**
 * An import that cannot go on: its source cannot be read, or the directory cannot be asked. What was imported before
 * stays: `rows` is what `skip` of the next try takes.
 */
export class UserImportError extends Error {
  override readonly name = 'UserImportError'

  constructor(
    /** `malformed_source`: it is neither a JSON array nor NDJSON, or ends too early. `interrupted`: see `cause`. */
    readonly code: 'malformed_source' | 'interrupted',
    message: string,
    /** Rows that are done with. */
    readonly rows: number,
    /** What became of the rows of this run. */
    readonly summary: ImportSummary,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
