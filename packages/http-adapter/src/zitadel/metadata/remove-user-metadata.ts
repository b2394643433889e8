import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { unknownUser } from './unknown-user'

export const removeUserMetadata: Management<'RemoveUserMetadata'> = {
  writes: 'changes',
  errors: {
    not_found: { ...unknownUser.not_found, metadata: ['not_found', 'META-ncnw3', 'Errors.Metadata.NotFound'] },
  },
  async handle({ caller, request: { id, key } }) {
    const written = await caller.users.metadata(id, namespace).apply({ remove: [key], requirePresent: true })
    return { details: detailsOf(written) }
  },
}
