import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireKeys } from './require-entries'
import { unknownOrg } from './unknown-org'

export const removeOrgMetadata: Management<'RemoveOrgMetadata'> = {
  writes: 'changes',
  errors: {
    not_found: { ...unknownOrg.not_found, metadata: ['not_found', 'META-mcnw3', 'Errors.Metadata.NotFound'] },
  },
  async handle({ caller, request: { key } }) {
    requireKeys([key], 'META-2n0f1')
    const written = await caller.orgs.metadata(undefined, namespace).apply({ remove: [key], requirePresent: true })
    return { details: detailsOf(written) }
  },
}
