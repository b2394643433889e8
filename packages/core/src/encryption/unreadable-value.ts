import type { DirectoryError } from '../errors/directory-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { EntryValue } from '../storage/records'

/**
 * Stands for a value that no key opens, wherever a value may stand. Whoever asks what it is gets the reason as an error of
 * that key alone; written back, it is to the letter what was stored.
 */
export class UnreadableValue {
  /**
   * @param stored - The text of the entry.
   * @param error - Of what nobody can tell right now; absent: it is lost.
   * @param claim - What is taken for it among values that are unique.
   */
  constructor(
    readonly key: string,
    readonly stored: string,
    readonly error?: DirectoryError,
    readonly claim?: string,
  ) {}

  /** @throws {@link InvalidStateError} `metadata_unreadable`. */
  get json(): string {
    throw this.error ?? new InvalidStateError('metadata_unreadable', this.key)
  }

  toJSON() {
    return { json: this.stored }
  }
}

export const isUnreadable = (value: unknown): value is UnreadableValue => value instanceof UnreadableValue

/**
 * Whether what was stored is lost, so that a list goes on without it.
 *
 * @throws what the key provider failed with: the value is there, and may not be left out.
 */
export function isLost(value: EntryValue): boolean {
  if (!isUnreadable(value)) return false
  if (value.error !== undefined) throw value.error
  return true
}
