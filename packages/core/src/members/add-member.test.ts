import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('addMember', () => {
  it('adds a user of any org to an org, and to the instance', async () => {
    const events = await eventsOf(world, async () => {
      expect(await world.ada.orgs.members().add({ userId: 'eve', roles: ['ORG_OWNER'] })).toEqual({
        sequence: '7',
        createdAt: world.now(),
        changedAt: world.now(),
        orgId: 'acme',
      })
      expect(await world.root.members.add({ userId: 'eve', roles: [] })).toMatchObject({ sequence: '5', orgId: '' })
    })

    expect(events).toEqual(['org.member.added 7', 'instance.member.added 5'])
  })

  it('tells memberships apart whatever the ids hold', async () => {
    await world.system.orgs.create({ orgId: 'a', name: 'A' })
    await world.system.orgs.create({ orgId: 'a/b', name: 'B' })
    await world.system.users.createHuman({ userId: 'b/c' })
    await world.system.users.createHuman({ userId: 'c' })

    await world.system.orgs.members('a').add({ userId: 'b/c', roles: [] })
    await world.system.orgs.members('a/b').add({ userId: 'c', roles: [] })
  })

  it.each([
    [
      { userId: 'bob', roles: [] },
      { code: 'already_exists', subject: 'member' },
    ],
    [
      { userId: 'nobody', roles: [] },
      { code: 'not_found', subject: 'user', id: 'nobody' },
    ],
    [
      { userId: 'robot', roles: ['IAM_OWNER'] },
      { code: 'invalid_input', path: 'roles' },
    ],
    [
      { userId: 'robot', roles: ['NOBODY_KNOWS'] },
      { code: 'invalid_input', path: 'roles' },
    ],
    [
      { userId: 'robot', roles: ['ORG_OWNER', 'SELF_MANAGEMENT_GLOBAL'] },
      { code: 'invalid_input', path: 'roles' },
    ],
    [
      { userId: 'robot', roles: Array<string>(101).fill('ORG_OWNER') },
      { code: 'invalid_input', path: 'roles' },
    ],
    [
      { userId: 'robot', roles: 'ORG_OWNER' as never },
      { code: 'invalid_input', path: 'roles' },
    ],
    [
      { userId: 'robot', roles: [], expiresAt: 1.5 },
      { code: 'invalid_input', path: 'expiresAt' },
    ],
    [
      { userId: '', roles: [] },
      { code: 'invalid_input', path: 'userId' },
    ],
  ])('refuses %j', async (input, refusal) => {
    await expectRefused(world, () => world.ada.orgs.members().add(input), refusal)
  })

  it('does not know another org', async () => {
    await expectRefused(world, () => world.ada.orgs.members('umbrella').add({ userId: 'bob', roles: [] }), {
      code: 'not_found',
      subject: 'org',
      id: 'umbrella',
    })
  })

  it('takes SELF_MANAGEMENT_GLOBAL by itself', async () => {
    await world.ada.orgs.members().add({ userId: 'robot', roles: ['SELF_MANAGEMENT_GLOBAL'] })
  })
})

describe('updateMember', () => {
  it('replaces the roles and keeps the end, unless told otherwise', async () => {
    const expiresAt = world.now() + 1000
    await world.ada.orgs.members().add({ userId: 'robot', roles: [], expiresAt })

    const update = () => world.ada.orgs.members().update('robot', { roles: ['ORG_OWNER'] })
    expect(await eventsOf(world, update)).toEqual(['org.member.changed 8'])
    const filter = { op: 'equals', field: 'userId', value: 'robot' } as const
    expect((await world.ada.orgs.members().list({ filter })).items).toMatchObject([{ roles: ['ORG_OWNER'], expiresAt }])
    expect(await eventsOf(world, update)).toEqual([])

    await world.ada.orgs.members().update('robot', { roles: ['ORG_OWNER'], expiresAt: null })

    expect((await world.ada.orgs.members().list({ filter })).items).toMatchObject([{ expiresAt: null }])
  })

  it.each([
    ['robot', { roles: [] }, { code: 'not_found', subject: 'member', id: 'robot' }],
    ['nobody', { roles: [] }, { code: 'not_found', subject: 'member', id: 'nobody' }],
    ['bob', { roles: ['IAM_OWNER'] }, { code: 'invalid_input', path: 'roles' }],
    ['bob', { roles: ['SELF_MANAGEMENT_GLOBAL'] }, { code: 'invalid_input', path: 'roles' }],
    ['bob', { roles: undefined as never }, { code: 'invalid_input', path: 'roles' }],
    ['bob', { roles: Array<string>(101).fill('ORG_OWNER') }, { code: 'invalid_input', path: 'roles' }],
    ['bob', { roles: [], expiresAt: Number.NaN }, { code: 'invalid_input', path: 'expiresAt' }],
  ])('refuses %s %j', async (userId, update, refusal) => {
    await expectRefused(world, () => world.ada.orgs.members().update(userId, update), refusal)
  })
})

describe('removeMember', () => {
  it('ends a membership, and does not mind who is no member', async () => {
    expect(await eventsOf(world, () => world.ada.orgs.members().remove('bob'))).toEqual(['org.member.removed 7'])
    expect(await eventsOf(world, () => world.ada.orgs.members().remove('bob'))).toEqual([])
    expect(await eventsOf(world, () => world.ada.orgs.members().remove('nobody'))).toEqual([])

    await world.ada.orgs.members().add({ userId: 'bob', roles: [] })
  })
})

describe('listRoles', () => {
  it('answers the roles of the level, and the host its own', async () => {
    world = await createWorld({ roles: { LIBRARIAN: ['book.lend'] } })

    const ofOrg = await world.ada.orgs.members().roles()
    const ofInstance = await world.root.members.roles()

    expect(ofOrg).toEqual(expect.arrayContaining(['ORG_OWNER', 'LIBRARIAN']))
    expect(ofOrg).not.toContain('SELF_MANAGEMENT_GLOBAL')
    expect(ofOrg).not.toContain('IAM_OWNER')
    expect(ofInstance).toEqual(expect.arrayContaining(['IAM_OWNER', 'LIBRARIAN']))
    expect(ofInstance).not.toContain('ORG_OWNER')
  })

  it('offers SELF_MANAGEMENT_GLOBAL in the default org, however that is named', async () => {
    const { defaultOrgId } = world.directory

    expect(await world.root.orgs.members(defaultOrgId).roles()).toContain('SELF_MANAGEMENT_GLOBAL')
    expect(await world.root.orgs.members().roles()).toContain('SELF_MANAGEMENT_GLOBAL')
    await expectRefused(world, () => world.ada.orgs.members(defaultOrgId).roles(), {
      code: 'not_found',
      subject: 'org',
    })
  })
})
