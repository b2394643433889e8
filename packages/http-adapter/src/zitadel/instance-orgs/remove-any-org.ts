import type { Admin } from '../binding'
import { detailsOf } from '../object-details'
import { removalErrors } from '../orgs/removal-errors'

/** Any org, whatever org the call works in. What owns an org that is gone is the instance. */
export const removeAnyOrg: Admin<'RemoveOrg'> = {
  writes: 'changes',
  errors: removalErrors,
  async handle({ caller, callerId, directory, request: { orgId } }) {
    await caller.requirePermission('iam.write')
    const { orgs } = directory.as({ userId: callerId, across: 'instance' })
    return { details: detailsOf({ ...(await orgs.delete(orgId)), orgId: directory.instanceId }) }
  },
}
