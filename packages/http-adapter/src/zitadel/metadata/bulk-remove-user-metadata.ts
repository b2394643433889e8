import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireAny } from './require-entries'
import { unknownUser } from './unknown-user'

export const bulkRemoveUserMetadata: Management<'BulkRemoveUserMetadata'> = {
  writes: 'changes',
  errors: {
    not_found: { ...unknownUser.not_found, metadata: ['not_found', 'META-2nnds', 'Errors.Metadata.KeyNotExisting'] },
  },
  async handle({ caller, request: { id, keys } }) {
    requireAny(keys, 'META-9mm2d')
    const written = await caller.users.metadata(id, namespace).apply({ remove: keys, requirePresent: true })
    return { details: detailsOf(written) }
  },
}
