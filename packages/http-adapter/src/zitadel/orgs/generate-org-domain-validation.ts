import { apiError } from '../api-error'
import type { Management } from '../binding'
import { validationTypes } from './domain-validation-type'

/** `url` is where the token is looked for: the address of a file, or the name of a TXT record. */
export const generateOrgDomainValidation: Management<'GenerateOrgDomainValidation'> = {
  errors: {
    not_found: { domain: ['not_found', 'ORG-AGD31', 'Errors.Org.DomainNotOnOrg'] },
    invalid_state: {
      domain_already_verified: ['failed_precondition', 'ORG-HGw21', 'Errors.Org.DomainAlreadyVerified'],
    },
  },
  async handle({ caller, request: { domain, type } }) {
    const wanted = validationTypes[type]
    if (domain.trim() === '') throw apiError('invalid_argument', 'ORG-R24hb', 'Errors.Org.InvalidDomain')
    // The field rules let none through.
    if (wanted === undefined)
      throw apiError('invalid_argument', 'ORG-Gsw31', 'Errors.Org.DomainVerificationTypeInvalid')
    const { token, location } = await caller.orgs.domains().startVerification(domain, wanted)
    return { token, url: location }
  },
}
