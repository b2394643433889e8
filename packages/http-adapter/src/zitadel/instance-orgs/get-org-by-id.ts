import type { Admin } from '../binding'
import { orgMessage } from '../orgs/org-message'

/** Any org, whatever org the call works in. */
export const getOrgById: Admin<'GetOrgByID'> = {
  async handle({ caller, callerId, directory, request: { id } }) {
    await caller.requirePermission('iam.read')
    return { org: orgMessage(await directory.asSystem('org by id', { onBehalfOf: callerId }).orgs.get(id)) }
  },
}
