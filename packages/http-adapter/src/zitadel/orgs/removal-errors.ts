import type { ErrorMap } from '../error-map'

export const removalErrors = {
  not_found: { org: ['not_found', 'COMMA-aps2n', 'Errors.Org.NotFound'] },
  invalid_state: { org_is_default: ['failed_precondition', 'COMMA-wG9p1', 'Errors.Org.DefaultOrgNotDeletable'] },
} as const satisfies ErrorMap
