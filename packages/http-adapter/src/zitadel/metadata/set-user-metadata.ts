import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { unknownUser } from './unknown-user'

export const setUserMetadata: Management<'SetUserMetadata'> = {
  writes: 'adds',
  errors: unknownUser,
  async handle({ caller, request: { id, key, value } }) {
    return { details: detailsOf(await caller.users.metadata(id, namespace).apply({ set: [[key, value]] })) }
  },
}
