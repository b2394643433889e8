import { apiError } from '../api-error'

/** @throws {@link ApiError} for an empty list. */
export function requireAny(list: readonly unknown[], id: string): void {
  if (list.length === 0) throw apiError('failed_precondition', id, 'Errors.Metadata.NoData')
}
