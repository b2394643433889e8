import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const addOrgDomain: Management<'AddOrgDomain'> = {
  writes: 'adds',
  errors: {
    invalid_input: { domain: ['invalid_argument', 'ORG-r3h4J', 'Errors.Org.Domain.InvalidCharacter'] },
    already_exists: { domain_of_org: ['already_exists', 'V2-e1wse', 'Errors.Org.Domain.AlreadyExists'] },
  },
  async handle({ caller, request: { domain } }) {
    if (domain.trim() === '') throw apiError('invalid_argument', 'ORG-r3h4J', 'Errors.Org.InvalidDomain')
    return { details: detailsOf(await caller.orgs.domains().add(domain)) }
  },
}
