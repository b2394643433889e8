import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { orgOfCall } from './org-of-call'
import { requireKeys } from './require-entries'
import { unknownOrg } from './unknown-org'

export const setOrgMetadata: Management<'SetOrgMetadata'> = {
  writes: 'adds',
  errors: unknownOrg,
  async handle({ caller, request: { key, value } }) {
    requireKeys([key], 'META-2ml0f')
    const orgId = await orgOfCall(caller, 'org.write')
    return { details: detailsOf(await caller.orgs.metadata(orgId, namespace).apply({ set: [[key, value]] })) }
  },
}
