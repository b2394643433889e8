import type { Management } from '../binding'
import { metadataItem, namespace } from './metadata-item'
import { orgOfCall } from './org-of-call'

export const getOrgMetadata: Management<'GetOrgMetadata'> = {
  async handle({ caller, request: { key } }) {
    const orgId = await orgOfCall(caller, 'org.read')
    return { metadata: metadataItem(await caller.orgs.metadata(orgId, namespace).get(key)) }
  },
}
