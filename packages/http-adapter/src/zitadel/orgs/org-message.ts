import type { Org } from '@indwell/core'
import type { Response } from '../binding'
import { detailsOf } from '../object-details'

export function orgMessage(org: Org): Response<'org.v1.Org'> {
  return {
    id: org.orgId,
    details: detailsOf(org),
    state: org.state === 'active' ? 'ORG_STATE_ACTIVE' : 'ORG_STATE_INACTIVE',
    name: org.name,
    primaryDomain: org.primaryDomain ?? undefined,
  }
}
