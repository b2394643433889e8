import { defaultPageSize, type MetadataEntry } from '@indwell/core'
import type { Response, UserV2 } from '../../binding'
import { pagingOf, totalOf } from '../../list'
import { entriesOfUser } from '../../metadata/entries-of-user'
import { bytesOf } from '../../metadata/metadata-item'
import { textFilter } from '../../text-filter'

/** Newest first unless asked otherwise. A user that the caller may not know has none: no error. */
export const listUserMetadata: UserV2<'ListUserMetadata'> = {
  across: 'orgs',
  async handle({ caller, request: { userId, pagination, filters } }) {
    const { limit, ...paging } = pagingOf(pagination, defaultPageSize)
    const conditions = filters.flatMap(({ keyFilter }) =>
      keyFilter === undefined ? [] : [textFilter('key', keyFilter.key, keyFilter.method)],
    )
    const page = await entriesOfUser(caller, userId, {
      ...paging,
      limit,
      filter: { op: 'and', filters: conditions },
      descending: !pagination?.asc,
    })
    return {
      pagination: { totalResult: totalOf(page), appliedLimit: limit },
      metadata: page.items.map(metadataMessage),
    }
  },
}

function metadataMessage({ key, value, createdAt, changedAt }: MetadataEntry): Response<'metadata.v2.Metadata'> {
  return { creationDate: createdAt, changeDate: changedAt, key, value: bytesOf(value) }
}
