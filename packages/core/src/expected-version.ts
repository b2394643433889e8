import { InvalidInputError } from './errors/invalid-input-error'
import { VersionConflictError } from './errors/version-conflict-error'
import type { IdempotencyOption } from './idempotency/idempotency-key'
import type { AggregateRecord } from './storage/records'

/** What a caller demands of the subject of a write. */
export interface WriteOptions extends IdempotencyOption {
  /**
   * Write only if this is the version of the subject: the `version` of a snapshot, the `sequence` that a write answered.
   * A list: one of them. It counts what happens to the subject, metadata of every namespace included. Of several writers
   * who name one version, one gets through.
   */
  readonly ifVersion?: string | readonly string[] | undefined
}

/**
 * What a commit has to expect of a subject whose version was named; `undefined` when none was.
 *
 * @throws {@link VersionConflictError} when the subject has another one.
 * @throws {@link InvalidInputError} for what is no version.
 */
export function requireVersion(
  { sequence }: Pick<AggregateRecord, 'sequence'>,
  { ifVersion }: WriteOptions = {},
): { readonly sequence: string } | undefined {
  if (ifVersion === undefined) return undefined
  const accepted = typeof ifVersion === 'string' ? [ifVersion] : ifVersion
  if (!Array.isArray(accepted)) throw new InvalidInputError('ifVersion', 'must be a version or a list of some')
  if (!accepted.includes(sequence)) throw new VersionConflictError(accepted.join(', '), sequence)
  return { sequence }
}
