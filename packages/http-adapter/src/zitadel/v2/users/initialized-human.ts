import type { ActingDirectory, User } from '@indwell/core'
import { apiError } from '../../api-error'
import { getHuman } from '../../users/get-human'

/**
 * A human whose address and number may be set.
 *
 * @throws {@link NotFoundError} for a user that the caller may not know.
 * @throws {@link InvalidStateError} for a machine.
 * @throws {@link ApiError} for a human who is yet to be initialized.
 */
export async function initializedHuman(caller: ActingDirectory, userId: string): Promise<User> {
  const user = await getHuman(caller, userId)
  if (user.state === 'initial') throw apiError('failed_precondition', 'COMMAND-uz0Uu', 'Errors.User.NotInitialised')
  return user
}
