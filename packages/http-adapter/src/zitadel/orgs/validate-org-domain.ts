import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

/** What was asked for has to be there: whether it is, is the host's to say. */
export const validateOrgDomain: Management<'ValidateOrgDomain'> = {
  writes: 'changes',
  errors: {
    not_found: { domain: ['not_found', 'ORG-Sjdi3', 'Errors.Org.DomainNotOnOrg'] },
    invalid_state: {
      domain_already_verified: ['failed_precondition', 'ORG-HGw21', 'Errors.Org.DomainAlreadyVerified'],
      domain_verification_missing: ['failed_precondition', 'ORG-SFBB3', 'Errors.Org.DomainVerificationMissing'],
      domain_not_proven: ['invalid_argument', 'ORG-GH3s', 'Errors.Org.DomainVerificationFailed'],
    },
  },
  async handle({ caller, request: { domain } }) {
    if (domain.trim() === '') throw apiError('invalid_argument', 'ORG-R24hb', 'Errors.Org.InvalidDomain')
    return { details: detailsOf(await caller.orgs.domains().verify(domain, { requireStarted: true })) }
  },
}
