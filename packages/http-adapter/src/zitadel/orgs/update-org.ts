import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const updateOrg: Management<'UpdateOrg'> = {
  writes: 'changes',
  errors: {
    // What is left then is a name of which no domain can be made.
    invalid_input: { name: ['invalid_argument', 'ORG-RrfXY', 'Errors.Org.Domain.EmptyString'] },
    not_found: { org: ['not_found', 'ORG-1MRds', 'Errors.Org.NotFound'] },
  },
  async handle({ caller, request: { name } }) {
    if (name.trim() === '') throw apiError('invalid_argument', 'EVENT-Mf9sd', 'Errors.Org.Invalid')
    const renamed = await caller.orgs.rename(name)
    if (!renamed.changed) throw apiError('failed_precondition', 'ORG-4VSdf', 'Errors.Org.NotChanged')
    return { details: detailsOf(renamed) }
  },
}
