import type { Management } from '../binding'
import { orgMessage } from './org-message'

export const getMyOrg: Management<'GetMyOrg'> = {
  async handle({ caller }) {
    return { org: orgMessage(await caller.orgs.get()) }
  },
}
