import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireAny, requireKeys } from './require-entries'
import { unknownOrg } from './unknown-org'

export const bulkRemoveOrgMetadata: Management<'BulkRemoveOrgMetadata'> = {
  writes: 'changes',
  errors: {
    not_found: { ...unknownOrg.not_found, metadata: ['not_found', 'META-2npds', 'Errors.Metadata.KeyNotExisting'] },
  },
  async handle({ caller, request: { keys } }) {
    requireAny(keys, 'META-9mw2d')
    requireKeys(keys, 'COMMAND-m19ds')
    const written = await caller.orgs.metadata(undefined, namespace).apply({ remove: keys, requirePresent: true })
    return { details: detailsOf(written) }
  },
}
