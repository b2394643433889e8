import { type ActingDirectory, InvalidStateError, type User } from '@indwell/core'

/**
 * @throws {@link NotFoundError} when the org has no such user.
 * @throws {@link InvalidStateError} for a machine.
 */
export async function getHuman(caller: ActingDirectory, userId: string): Promise<User> {
  const user = await caller.users.get(userId)
  if (user.type !== 'human') throw new InvalidStateError('user_not_human')
  return user
}
