import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const addOrg: Management<'AddOrg'> = {
  writes: 'adds',
  // What is left then is a name of which no domain can be made.
  errors: { invalid_input: { name: ['invalid_argument', 'ORG-RrfXY', 'Errors.Org.Domain.EmptyString'] } },
  async handle({ caller, request: { name } }) {
    if (name.trim() === '') throw apiError('invalid_argument', 'EVENT-Mf9sd', 'Errors.Org.Invalid')
    const created = await caller.orgs.create({ name })
    return { id: created.orgId, details: detailsOf(created) }
  },
}
