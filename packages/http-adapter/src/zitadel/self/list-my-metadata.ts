import type { Auth } from '../binding'
import { pageDetails } from '../list'
import { metadataItem, namespace } from '../metadata/metadata-item'
import { metadataQuery } from '../metadata/metadata-query'
import { ownDirectory } from './own-directory'

export const listMyMetadata: Auth<'ListMyMetadata'> = {
  async handle({ caller, callerId, directory, request: { query, queries } }) {
    const own = await ownDirectory(caller, callerId, directory)
    const page = await own.users.metadata(callerId, namespace).list(metadataQuery(query, queries))
    return { details: pageDetails(page, directory), result: page.items.map(metadataItem) }
  },
}
