import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const deactivateOrg: Management<'DeactivateOrg'> = {
  writes: 'changes',
  errors: {
    not_found: { org: ['not_found', 'ORG-oL9nT', 'Errors.Org.NotFound'] },
    invalid_state: { org_already_inactive: ['failed_precondition', 'EVENT-Dbs2g', 'Errors.Org.AlreadyDeactivated'] },
  },
  async handle({ caller }) {
    return { details: detailsOf(await caller.orgs.deactivate()) }
  },
}
