import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { optionalProfile } from './profile-input'
import { requireChange } from './require-change'

const noProfile = ['failed_precondition', 'COMMAND-3M9sd', 'Errors.User.Profile.NotFound'] as const satisfies ErrorEntry

/** Replaces the whole profile: what is left out is taken away. */
export const updateHumanProfile: Management<'UpdateHumanProfile'> = {
  writes: 'changes',
  errors: { not_found: { user: noProfile }, invalid_state: { user_not_human: noProfile } },
  async handle({ caller, request }) {
    const { userId, firstName, lastName, displayName } = request
    const { nickName = null, preferredLanguage = null, gender = null } = optionalProfile(request)
    const updated = await caller.users.update(userId, {
      firstName,
      lastName,
      nickName,
      displayName,
      preferredLanguage,
      gender,
    })
    requireChange(updated, 'failed_precondition', 'COMMAND-2M0fs', 'Errors.User.Profile.NotChanged')
    return { details: detailsOf(updated) }
  },
}
