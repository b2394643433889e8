import {
  type ActingDirectory,
  isDirectoryError,
  type MetadataEntry,
  type MetadataQuery,
  type Page,
} from '@indwell/core'
import { namespace } from './metadata-item'

const nothing: Page<MetadataEntry> = { items: [], total: 0 }

/** A page of a user's metadata. A user that the call does not know has none: no error. */
export function entriesOfUser(
  caller: ActingDirectory,
  userId: string,
  query: MetadataQuery,
): Promise<Page<MetadataEntry>> {
  return caller.users
    .metadata(userId, namespace)
    .list(query)
    .catch((error: unknown) => {
      if (isDirectoryError(error) && error.code === 'not_found') return nothing
      throw error
    })
}
