import { creationOf, userKey } from './commit-of'
import { apply, type Place } from './place'
import { memberOf, orgOf, userOf } from './record-of'

/** Ada belongs to Acme; what else there is comes with `put`. */
export async function settle(place: Place, put: Parameters<typeof creationOf>[1] = {}): Promise<void> {
  await apply(place, creationOf(userKey('ada'), put))
}
export const org = (orgId: string, state: 'active' | 'inactive' = 'active') =>
  ({ kind: 'org', record: orgOf(orgId, { state }), created: false }) as const
export const user = (userId: string, members: Parameters<typeof userOf>[1] = {}) =>
  ({ kind: 'user', record: userOf(userId, members), created: false }) as const
export const member = (...args: Parameters<typeof memberOf>) =>
  ({ kind: 'member', record: memberOf(...args), created: false }) as const

/** Ada, as a principal holds her. */
export const adaOfAcme = { userId: 'ada', orgId: 'acme', state: 'active' }
