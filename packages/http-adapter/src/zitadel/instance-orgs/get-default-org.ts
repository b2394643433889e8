import type { Admin } from '../binding'
import { orgMessage } from '../orgs/org-message'

export const getDefaultOrg: Admin<'GetDefaultOrg'> = {
  async handle({ caller }) {
    return { org: orgMessage(await caller.orgs.getDefault()) }
  },
}
