import type { Management } from '../binding'
import { pageDetails } from '../list'
import { metadataItem, namespace } from './metadata-item'
import { metadataQuery } from './metadata-query'
import { orgOfCall } from './org-of-call'

export const listOrgMetadata: Management<'ListOrgMetadata'> = {
  async handle({ caller, directory, request: { query, queries } }) {
    const orgId = await orgOfCall(caller, 'org.read')
    const page = await caller.orgs.metadata(orgId, namespace).list(metadataQuery(query, queries))
    return { details: pageDetails(page, directory), result: page.items.map(metadataItem) }
  },
}
