import type { ErrorEntry } from '../api-error'
import type { Admin } from '../binding'
import { detailsOf } from '../object-details'

const unusable = ['failed_precondition', 'INSTA-Wfe21', 'Errors.Org.NotFound'] as const satisfies ErrorEntry

export const setDefaultOrg: Admin<'SetDefaultOrg'> = {
  writes: 'changes',
  errors: {
    not_found: { org: unusable },
    invalid_state: {
      org_inactive: unusable,
      org_already_default: ['failed_precondition', 'INST-SDfw2', 'Errors.Instance.NotChanged'],
    },
  },
  async handle({ caller, directory, request: { orgId } }) {
    return { details: detailsOf({ ...(await caller.orgs.setDefault(orgId)), orgId: directory.instanceId }) }
  },
}
