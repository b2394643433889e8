import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('deleteUser', () => {
  it('takes metadata, tokens, memberships and names along', async () => {
    const { token } = await world.ada.users.accessTokens('robot').create()
    await world.ada.users.metadata('robot', 'user').set({ a: 1 })
    await world.ada.orgs.members().add({ userId: 'robot', roles: ['ORG_OWNER'] })
    await world.root.members.add({ userId: 'robot', roles: [] })

    const events = await eventsOf(world, async () => {
      expect(await world.ada.users.delete('robot')).toEqual({
        sequence: '4',
        createdAt: world.now() - 1000,
        changedAt: world.now(),
        orgId: 'acme',
      })
    })

    expect(events.map((event) => event.split(' ')[0]).sort()).toEqual([
      'instance.member.cascade.removed',
      'org.member.cascade.removed',
      'user.removed',
    ])
    expect(await world.directory.authenticate(token)).toBeUndefined()
    expect((await world.ada.orgs.members().list()).items.map(({ userId }) => userId).sort()).toEqual(['ada', 'bob'])
    await world.ada.users.createMachine({ userId: 'robot', userName: 'robot', name: 'Second' })
    expect(await world.ada.users.metadata('robot', 'user').findValues()).toBeUndefined()
    expect((await world.ada.users.accessTokens('robot').list()).items).toEqual([])
    await world.ada.users.accessTokens('robot').create({ token })
    await world.ada.orgs.members().add({ userId: 'robot', roles: [] })
  })

  it('keeps the history of who is gone', async () => {
    await world.ada.users.delete('bob')

    const events = await world.ada.events({ subject: { type: 'user', id: 'bob' } })

    expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['user.human.added', '1'],
      ['user.removed', '2'],
    ])
  })

  it.each(['nobody', 'eve'])('knows no user %j in the org', async (userId) => {
    await expectRefused(world, () => world.ada.users.delete(userId), { code: 'not_found', subject: 'user', id: userId })
  })

  it('refuses who is deleted already', async () => {
    await world.ada.users.delete('bob')

    await expectRefused(world, () => world.ada.users.delete('bob'), { code: 'not_found', id: 'bob' })
  })
})
