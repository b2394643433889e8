import type { Management } from '../binding'
import { pageDetails } from '../list'
import { entriesOfUser } from './entries-of-user'
import { metadataItem } from './metadata-item'
import { metadataQuery } from './metadata-query'

export const listUserMetadata: Management<'ListUserMetadata'> = {
  async handle({ caller, directory, request: { id, query, queries } }) {
    const page = await entriesOfUser(caller, id, metadataQuery(query, queries))
    return { details: pageDetails(page, directory), result: page.items.map(metadataItem) }
  },
}
