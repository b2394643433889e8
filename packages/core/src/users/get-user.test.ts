import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('getUser and findUser', () => {
  it('answer the whole user', async () => {
    const user = await world.bob.users.get('ada')

    expect(user).toMatchObject({
      userId: 'ada',
      orgId: 'acme',
      type: 'human',
      state: 'active',
      displayName: 'Ada Lovelace',
    })
    expect(await world.bob.users.getOrUndefined('ada')).toEqual(user)
  })

  it.each(['nobody', 'eve', '', 'a\0b', '\ud800', '\ufffd', '__proto__'])(
    'know no user %j in the org',
    async (userId) => {
      await expectRefused(world, () => world.ada.users.get(userId), { code: 'not_found', subject: 'user', id: userId })
      expect(await world.ada.users.getOrUndefined(userId)).toBeUndefined()
    },
  )

  it('do not take half of a surrogate pair for the character that stands for it', async () => {
    await world.ada.users.createHuman({ userId: '\ufffd', userName: 'odd' })

    expect(await world.ada.users.getOrUndefined('\ud800')).toBeUndefined()
    expect(await world.ada.users.getOrUndefined('\ufffd')).toBeDefined()
  })

  it('see every org when the call works in all', async () => {
    expect((await world.root.users.get('eve')).orgId).toBe('umbrella')
    expect((await world.system.users.get('eve')).orgId).toBe('umbrella')
  })
})
