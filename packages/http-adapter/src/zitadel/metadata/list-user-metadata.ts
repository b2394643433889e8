import { isDirectoryError, type MetadataEntry, type Page } from '@indwell/core'
import type { Management } from '../binding'
import { pageDetails } from '../list'
import { metadataItem, namespace } from './metadata-item'
import { metadataQuery } from './metadata-query'

const nothing: Page<MetadataEntry> = { items: [], total: 0 }

/** A user that the org does not have has no metadata: no error. */
export const listUserMetadata: Management<'ListUserMetadata'> = {
  async handle({ caller, directory, request: { id, query, queries } }) {
    const page = await caller.users
      .metadata(id, namespace)
      .list(metadataQuery(query, queries))
      .catch((error: unknown) => {
        if (isDirectoryError(error) && error.code === 'not_found') return nothing
        throw error
      })
    return { details: pageDetails(page, directory), result: page.items.map(metadataItem) }
  },
}
