import type { UserState, Written } from '@indwell/core'
import type { World } from './world'

/** Creates Carol, brings her into the state, and lets a millisecond pass. Answers what the last step did. */
export async function userInState({ ada, advance }: World, state: UserState): Promise<Written> {
  const { users } = ada
  let written: Written = await users.createHuman({ userId: 'carol', state: state === 'initial' ? 'initial' : 'active' })
  if (state === 'locked') written = await users.lock('carol')
  if (state === 'inactive') written = await users.deactivate('carol')
  advance(1)
  return written
}
