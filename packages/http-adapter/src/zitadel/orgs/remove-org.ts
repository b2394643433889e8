import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { removalErrors } from './removal-errors'

/** What owns an org that is gone is the instance. */
export const removeOrg: Management<'RemoveOrg'> = {
  writes: 'changes',
  errors: removalErrors,
  async handle({ caller, directory }) {
    return { details: detailsOf({ ...(await caller.orgs.delete()), orgId: directory.instanceId }) }
  },
}
