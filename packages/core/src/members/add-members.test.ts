import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const membersOfAcme = async () =>
  (await world.system.orgs.members('acme').list()).items.map(({ userId, roles }) => [userId, roles])

describe('addMembers', () => {
  it('adds users of any org in one write, each once', async () => {
    const events = await eventsOf(world, async () => {
      expect(
        await world.ada.orgs.members().addAll({ userIds: ['robot', 'eve', 'robot'], roles: ['ORG_OWNER_VIEWER'] }),
      ).toMatchObject({ orgId: 'acme', changedAt: world.now() })
    })

    expect(events).toEqual(['org.member.added 7', 'org.member.added 8'])
    expect(new Set(await membersOfAcme())).toEqual(
      new Set([
        ['ada', ['ORG_OWNER']],
        ['bob', ['ORG_OWNER_VIEWER']],
        ['eve', ['ORG_OWNER_VIEWER']],
        ['robot', ['ORG_OWNER_VIEWER']],
      ]),
    )
    expect((await world.system.users.memberships('eve')).map(({ orgId }) => orgId)).toEqual(['acme'])
  })

  it('leaves alone who is a member already', async () => {
    const events = await eventsOf(world, async () => {
      await world.ada.orgs.members().addAll({ userIds: ['bob', 'ada'] })
      await world.ada.orgs.members().addAll({ userIds: [] })
    })

    expect(events).toEqual([])
    expect(await membersOfAcme()).toEqual([
      ['ada', ['ORG_OWNER']],
      ['bob', ['ORG_OWNER_VIEWER']],
    ])
  })

  it('adds each once although several add them at the same time', async () => {
    const { members } = world.system.orgs
    const adding = ['eve', 'robot', 'root'].map((userId) => members('acme').addAll({ userIds: [userId, 'eve'] }))
    await Promise.all(adding)

    expect((await membersOfAcme()).map(([userId]) => userId)).toEqual(['ada', 'bob', 'eve', 'robot', 'root'])
  })

  it('adds and removes 1000 at once', async () => {
    const userIds = Array.from({ length: 1000 }, (_, index) => `u${index}`)
    await Promise.all(
      userIds.map((userId) => world.system.users.createMachine({ userId, userName: userId, name: 'U' })),
    )
    const members = world.system.orgs.members('umbrella')

    await members.addAll({ userIds })
    expect((await members.list({ limit: 1, count: true })).total).toBe(1000)
    await members.removeAll(userIds)
    expect((await members.list({ limit: 1, count: true })).total).toBe(0)
  })

  it('adds and removes members of the instance', async () => {
    await world.root.members.addAll({ userIds: ['ada', 'eve'], roles: ['IAM_OWNER'] })
    expect((await world.root.members.list({ count: true })).total).toBe(3)

    await world.root.members.removeAll(['ada', 'eve'])
    expect((await world.root.members.list({ count: true })).total).toBe(1)
  })

  it.each([
    [{ userIds: ['eve', 'ghost', 'phantom'] }, { code: 'not_found', subject: 'user', id: 'ghost' }],
    [{ userIds: ['eve', 'a\0'] }, { code: 'invalid_input' }],
    [
      { userIds: ['eve'], roles: ['IAM_OWNER'] },
      { code: 'invalid_input', path: 'roles' },
    ],
    [{ userIds: Array.from({ length: 1001 }, (_, index) => `u${index}`) }, { code: 'limit_exceeded', limit: 1000 }],
    [{ userIds: 'eve' as never }, { code: 'invalid_input', path: 'userIds' }],
  ])('refuses %j whole', async (input, refusal) => {
    await expectRefused(world, () => world.ada.orgs.members().addAll(input), refusal)
  })

  it('adds nobody whose user is removed meanwhile', async () => {
    const adding = world.system.orgs.members('umbrella').addAll({ userIds: ['bob', 'robot'] })
    const removing = world.system.users.delete('bob')
    await Promise.allSettled([adding, removing])

    const { items } = await world.system.orgs.members('umbrella').list()
    expect(items.map(({ userId }) => userId)).not.toContain('bob')
    expect(
      await world.storage.search(world.directory.instanceId, {
        kind: 'member',
        filter: { op: 'equals', field: 'userId', value: 'bob' },
        offset: 0,
        limit: 1,
        count: false,
      }),
    ).toEqual({ items: [] })
  })
})

describe('removeMembers', () => {
  it('removes who is a member in one write, and nobody else', async () => {
    const events = await eventsOf(world, () =>
      world.ada.orgs.members().removeAll(['bob', 'eve', 'ghost', 'bob', 'a\0']),
    )

    expect(events).toEqual(['org.member.removed 7'])
    expect((await membersOfAcme()).map(([userId]) => userId)).toEqual(['ada'])
    await world.ada.orgs.members().addAll({ userIds: ['bob'] })
  })

  it('removes several at the same time as others do', async () => {
    const { members } = world.system.orgs
    await Promise.all([members('acme').removeAll(['ada', 'bob']), members('acme').removeAll(['bob', 'ada'])])

    expect(await membersOfAcme()).toEqual([])
  })

  it('refuses more than 1000 at once', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => `u${index}`)
    await expectRefused(world, () => world.ada.orgs.members().removeAll(many), { code: 'limit_exceeded' })
  })
})
