import { apiError } from '../api-error'

/**
 * A key has to have something to read.
 *
 * @throws {@link ApiError} for a key of blanks.
 */
export function requireKeys(keys: readonly string[], id: string): void {
  if (keys.some((key) => key.trim() === '')) throw apiError('invalid_argument', id, 'Errors.Metadata.Invalid')
}

/** @throws {@link ApiError} for an empty list. */
export function requireAny(list: readonly unknown[], id: string): void {
  if (list.length === 0) throw apiError('failed_precondition', id, 'Errors.Metadata.NoData')
}
