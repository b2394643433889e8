import { describe, expect, it } from 'vitest'
import { userInState } from '../../test/user-in-state'
import { createWorld, eventsOf, expectRefused } from '../../test/world'
import type { UserState } from '../storage/records'
import { decideLock } from './lock-user'

const becomes = { active: 'locked', initial: 'locked' } as const satisfies Partial<Record<UserState, UserState>>
const refusals = {
  locked: 'user_not_active_or_initial',
  inactive: 'user_not_active_or_initial',
} as const satisfies Partial<Record<UserState, string>>

describe('lockUser', () => {
  it.each(Object.entries(becomes))('makes a user that is %s %s', async (before, after) => {
    const world = await createWorld()
    const { sequence } = await userInState(world, before as UserState)
    const next = String(BigInt(sequence) + 1n)

    const events = await eventsOf(world, async () => {
      expect(await world.ada.users.lock('carol')).toEqual({
        sequence: next,
        createdAt: world.now() - 1,
        changedAt: world.now(),
        orgId: 'acme',
      })
    })

    expect(events).toEqual([`user.locked ${next}`])
    expect(await world.ada.users.get('carol')).toMatchObject({ state: after, sequence: next, changedAt: world.now() })
  })

  it.each(Object.entries(refusals))('refuses a user that is %s', async (state, reason) => {
    const world = await createWorld()
    await userInState(world, state as UserState)

    await expectRefused(world, () => world.ada.users.lock('carol'), { code: 'invalid_state', reason })
    expect(() => decideLock({ state: state as UserState })).toThrow(expect.objectContaining({ reason }))
  })

  it.each(['nobody', 'eve', 'a\0', '\ud800'])('knows no user %j in the org', async (userId) => {
    const world = await createWorld()

    await expectRefused(world, () => world.ada.users.lock(userId), { code: 'not_found', subject: 'user', id: userId })
  })
})
