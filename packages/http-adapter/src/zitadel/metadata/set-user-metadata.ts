import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireKeys } from './require-entries'
import { unknownUser } from './unknown-user'

export const setUserMetadata: Management<'SetUserMetadata'> = {
  writes: 'adds',
  heedsAbsence: true,
  errors: unknownUser,
  async handle({ caller, ifAbsent, request: { id, key, value } }) {
    requireKeys([key], 'META-2m00f')
    const options = ifAbsent ? { ifAbsent: [key] } : {}
    return { details: detailsOf(await caller.users.metadata(id, namespace).apply({ set: [[key, value]] }, options)) }
  },
}
