import { NotFoundError } from '@indwell/core'
import type { Management } from '../binding'
import { orgMessage } from './org-message'

/** Looks in all orgs, which is what the permission is for. */
export const getOrgByDomainGlobal: Management<'GetOrgByDomainGlobal'> = {
  async handle({ caller, request: { domain } }) {
    const org = await caller.orgs.findByDomain(domain)
    if (org?.primaryDomain !== domain.toLowerCase()) throw new NotFoundError('org', domain)
    return { org: orgMessage(org) }
  },
}
