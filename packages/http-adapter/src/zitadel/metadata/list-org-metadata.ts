import type { Management } from '../binding'
import { pageDetails } from '../list'
import { metadataItem, namespace } from './metadata-item'
import { metadataQuery } from './metadata-query'

export const listOrgMetadata: Management<'ListOrgMetadata'> = {
  async handle({ caller, directory, request: { query, queries } }) {
    const page = await caller.orgs.metadata(undefined, namespace).list(metadataQuery(query, queries))
    return { details: pageDetails(page, directory), result: page.items.map(metadataItem) }
  },
}
