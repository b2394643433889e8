import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
  for (const roleId of ['clerk', 'auditor', 'chief']) await world.system.roles.create({ roleId, name: roleId })
})

const rolesOf = async (userId: string) =>
  (await world.system.users.memberships(userId)).map(({ level, roles }) => `${level} ${roles}`)

describe('grantRoles', () => {
  it('adds roles to those members hold, and makes members of who is none, in one write', async () => {
    const events = await eventsOf(world, async () => {
      await world.ada.orgs.members().grantRoles({ userIds: ['bob', 'eve', 'bob'], roles: ['clerk', 'auditor'] })
      await world.ada.orgs.members().grantRoles({ userIds: ['eve'], roles: ['auditor'] })
      await world.root.members.grantRoles({ userIds: ['eve'], roles: ['chief'] })
    })

    expect(events).toEqual(['org.member.changed 7', 'org.member.added 8', 'instance.member.added 5'])
    expect(await rolesOf('bob')).toEqual(['org ORG_OWNER_VIEWER,clerk,auditor'])
    expect(await rolesOf('eve')).toEqual(['instance chief', 'org clerk,auditor'])
  })

  it('gives all or none', async () => {
    const members = world.ada.orgs.members()
    const both = ['bob', 'ghost']

    await expectRefused(world, () => members.grantRoles({ userIds: both, roles: ['clerk'] }), {
      code: 'not_found',
      subject: 'user',
      id: 'ghost',
    })
    await expectRefused(world, () => members.grantRoles({ userIds: ['bob'], roles: ['clerk', 'nobody'] }), {
      code: 'invalid_input',
      path: 'roles',
    })
    await expectRefused(world, () => members.grantRoles({ userIds: ['bob'], roles: ['IAM_OWNER'] }), {
      code: 'invalid_input',
      path: 'roles',
    })
  })

  it.each([
    [{ userIds: [], roles: ['clerk'] }, 'userIds'],
    [{ userIds: ['bob'], roles: [] }, 'roles'],
    [{ userIds: ['a\0'], roles: ['clerk'] }, 'userIds.0'],
    [{ userIds: Array.from({ length: 1001 }, (_, index) => `u${index}`), roles: ['clerk'] }, 'userIds'],
  ])('refuses %j', async (input, path) => {
    await expectRefused(world, () => world.ada.orgs.members().grantRoles(input), { code: 'invalid_input', path })
  })

  it('lets nobody hold more roles than it is told, whoever gives them at the same time', async () => {
    const members = world.ada.orgs.members()
    const given = await Promise.allSettled(
      ['clerk', 'auditor', 'chief'].map((role) =>
        members.grantRoles({ userIds: ['bob'], roles: [role], maxCreatedRoles: 2 }),
      ),
    )

    const refused = given.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).toMatchObject([{ code: 'limit_exceeded', limitName: 'member.created-roles', limit: 2, actual: 3 }])
    expect((await rolesOf('bob'))[0]?.split(',')).toHaveLength(3)
  })

  it('lets nobody hold more than 100', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `r${index}`)
    await Promise.all(names.map((roleId) => world.system.roles.create({ roleId, name: roleId })))
    const members = world.root.members
    await members.grantRoles({ userIds: ['eve'], roles: names })

    await expectRefused(world, () => members.grantRoles({ userIds: ['bob', 'eve'], roles: ['clerk'] }), {
      code: 'limit_exceeded',
      limitName: 'member.roles',
      limit: 100,
      actual: 101,
    })
    await expectRefused(world, () => members.grantRoles({ userIds: ['bob'], roles: [...names, 'clerk'] }), {
      code: 'invalid_input',
      path: 'roles',
    })
  })

  it('does not bring back what a membership that is over granted', async () => {
    const members = world.ada.orgs.members()
    await members.add({ userId: 'eve', roles: ['ORG_OWNER'], expiresAt: world.now() + 10 })
    world.advance(10)

    await members.grantRoles({ userIds: ['eve'], roles: ['clerk'] })

    expect((await world.system.users.memberships('eve')).map(({ roles, expiresAt }) => ({ roles, expiresAt }))).toEqual(
      [{ roles: ['clerk'], expiresAt: null }],
    )
  })
})

describe('grantRoles with an end', () => {
  const endOf = async (userId: string) => (await world.system.users.memberships(userId)).map((held) => held.expiresAt)

  it('makes members until then, also of whose membership is over', async () => {
    const members = world.ada.orgs.members()
    await members.add({ userId: 'robot', roles: ['ORG_OWNER'], expiresAt: world.now() + 10 })
    world.advance(10)
    const expiresAt = world.now() + 10

    await members.grantRoles({ userIds: ['eve', 'robot'], roles: ['clerk'], expiresAt })

    expect([await endOf('eve'), await endOf('robot')]).toEqual([[expiresAt], [expiresAt]])
    await members.grantRoles({ userIds: ['eve'], roles: ['chief'], expiresAt })
    await members.grantRoles({ userIds: ['eve'], roles: ['auditor'] })
    expect(await rolesOf('eve')).toEqual(['org clerk,chief,auditor'])
    expect(await endOf('eve')).toEqual([expiresAt])
  })

  it('neither shortens nor prolongs what a member holds already', async () => {
    const members = world.ada.orgs.members()
    const expiresAt = world.now() + 10
    await members.add({ userId: 'robot', roles: ['ORG_OWNER'], expiresAt })
    const otherwise = { code: 'invalid_state', reason: 'member_ends_otherwise' }

    for (const [userId, end] of [
      ['bob', expiresAt],
      ['robot', expiresAt + 1],
      ['robot', expiresAt - 1],
    ] as const) {
      const userIds = ['eve', userId]
      await expectRefused(world, () => members.grantRoles({ userIds, roles: ['clerk'], expiresAt: end }), otherwise)
    }
    await expectRefused(world, () => members.grantRoles({ userIds: ['eve'], roles: ['clerk'], expiresAt: 1.5 }), {
      code: 'invalid_input',
      path: 'expiresAt',
    })
  })
})

describe('revokeRoles', () => {
  it('takes roles; whose last one in the instance it is, is no member of it any more', async () => {
    await world.root.members.grantRoles({ userIds: ['eve'], roles: ['clerk', 'chief'] })
    await world.root.orgs.members('acme').grantRoles({ userIds: ['eve'], roles: ['clerk'] })

    const events = await eventsOf(world, async () => {
      await world.root.members.revokeRoles('eve', ['clerk', 'auditor'])
      await world.root.members.revokeRoles('eve', ['clerk'])
      await world.root.members.revokeRoles('eve', ['chief'])
      await world.root.members.revokeRoles('eve', ['chief'])
      await world.root.orgs.members('acme').revokeRoles('eve', ['clerk'])
    })

    expect(events).toEqual(['instance.member.changed 6', 'instance.member.removed 7', 'org.member.changed 8'])
    expect(await rolesOf('eve')).toEqual(['org '])
    await world.root.members.grantRoles({ userIds: ['eve'], roles: ['chief'] })
  })
})
