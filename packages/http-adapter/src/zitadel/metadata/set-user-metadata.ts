import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireKeys } from './require-entries'
import { unknownUser } from './unknown-user'

export const setUserMetadata: Management<'SetUserMetadata'> = {
  writes: 'adds',
  errors: unknownUser,
  async handle({ caller, request: { id, key, value } }) {
    requireKeys([key], 'META-2m00f')
    return { details: detailsOf(await caller.users.metadata(id, namespace).apply({ set: [[key, value]] })) }
  },
}
