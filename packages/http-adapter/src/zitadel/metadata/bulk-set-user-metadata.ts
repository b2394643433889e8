import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireAny, requireKeys } from './require-entries'
import { unknownUser } from './unknown-user'

export const bulkSetUserMetadata: Management<'BulkSetUserMetadata'> = {
  writes: 'changes',
  errors: unknownUser,
  async handle({ caller, request: { id, metadata } }) {
    requireAny(metadata, 'META-9mm2d')
    requireKeys(
      metadata.map(({ key }) => key),
      'META-2m00f',
    )
    const set = metadata.map(({ key, value }) => [key, value] as const)
    return { details: detailsOf(await caller.users.metadata(id, namespace).apply({ set })) }
  },
}
