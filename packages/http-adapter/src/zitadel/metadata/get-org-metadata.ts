import type { Management } from '../binding'
import { metadataItem, namespace } from './metadata-item'

export const getOrgMetadata: Management<'GetOrgMetadata'> = {
  async handle({ caller, request: { key } }) {
    return { metadata: metadataItem(await caller.orgs.metadata(undefined, namespace).get(key)) }
  },
}
