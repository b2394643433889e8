import type { Management } from '../binding'
import { changesOf } from '../changes'

export const listUserChanges: Management<'ListUserChanges'> = {
  async handle({ request: { userId, query }, ...call }) {
    return { result: await changesOf(call, { type: 'user', id: userId }, query) }
  },
}
