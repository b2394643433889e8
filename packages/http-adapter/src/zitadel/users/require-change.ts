import type { UserUpdated } from '@indwell/core'
import { apiError, type ErrorEntry } from '../api-error'

/** @throws {@link ApiError} when nothing was changed, which v1 refuses. */
export function requireChange(updated: UserUpdated, ...entry: ErrorEntry): void {
  if (updated.changed.length === 0) throw apiError(...entry)
}
