import type { MetadataQuery } from '@indwell/core'
import type { Request } from '../binding'
import { pagingOf } from '../list'
import { textFilter } from '../text-filter'

/** What a search for metadata asks for. Entries come oldest first, whatever `asc` says: there is no column to sort by. */
export function metadataQuery(
  query: Request<'v1.ListQuery'> | undefined,
  queries: readonly Request<'metadata.v1.MetadataQuery'>[],
): MetadataQuery {
  const filters = queries.flatMap(({ keyQuery }) =>
    keyQuery === undefined ? [] : [textFilter('key', keyQuery.key, keyQuery.method)],
  )
  return { ...pagingOf(query), filter: { op: 'and', filters } }
}
