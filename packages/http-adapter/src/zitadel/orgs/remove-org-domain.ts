import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const removeOrgDomain: Management<'RemoveOrgDomain'> = {
  writes: 'changes',
  errors: {
    not_found: { domain: ['not_found', 'ORG-GDfA3', 'Errors.Org.DomainNotOnOrg'] },
    invalid_state: { domain_primary: ['failed_precondition', 'ORG-Sjdi3', 'Errors.Org.PrimaryDomainNotDeletable'] },
  },
  async handle({ caller, request: { domain } }) {
    if (domain.trim() === '') throw apiError('invalid_argument', 'ORG-SJsK3', 'Errors.Org.InvalidDomain')
    return { details: detailsOf(await caller.orgs.domains().remove(domain)) }
  },
}
