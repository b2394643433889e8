import type { ErrorMap } from '../error-map'

/** What a write of metadata answers for a user that the org does not have. */
export const unknownUser = {
  not_found: { user: ['failed_precondition', 'COMMAND-uXHNj', 'Errors.User.NotFound'] },
} as const satisfies ErrorMap
