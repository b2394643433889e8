import type { Management } from '../binding'
import { metadataItem, namespace } from './metadata-item'

export const getUserMetadata: Management<'GetUserMetadata'> = {
  errors: { not_found: { user: ['not_found', 'QUERY-Rgh32', 'Errors.Metadata.NotFound'] } },
  async handle({ caller, request: { id, key } }) {
    return { metadata: metadataItem(await caller.users.metadata(id, namespace).get(key)) }
  },
}
