import type { ErrorMap } from '../error-map'

/** What a write of metadata answers when the org is gone by then. */
export const unknownOrg = {
  not_found: { org: ['failed_precondition', 'COMMAND-QXPGs', 'Errors.Org.NotFound'] },
} as const satisfies ErrorMap
