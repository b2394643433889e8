import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const reactivateOrg: Management<'ReactivateOrg'> = {
  writes: 'changes',
  errors: {
    not_found: { org: ['not_found', 'ORG-Dgf3g', 'Errors.Org.NotFound'] },
    invalid_state: { org_already_active: ['failed_precondition', 'EVENT-bfnrh', 'Errors.Org.AlreadyActive'] },
  },
  async handle({ caller }) {
    return { details: detailsOf(await caller.orgs.reactivate()) }
  },
}
