import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const setPrimaryOrgDomain: Management<'SetPrimaryOrgDomain'> = {
  writes: 'changes',
  errors: {
    not_found: { domain: ['not_found', 'ORG-GDfA3', 'Errors.Org.DomainNotOnOrg'] },
    invalid_state: { domain_not_verified: ['failed_precondition', 'ORG-Ggd32', 'Errors.Org.DomainNotVerified'] },
  },
  async handle({ caller, request: { domain } }) {
    if (domain.trim() === '') throw apiError('invalid_argument', 'ORG-SsDG2', 'Errors.Org.InvalidDomain')
    return { details: detailsOf(await caller.orgs.domains().setPrimary(domain)) }
  },
}
