import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'
import type { Principal } from '../storage/read'
import { decideFromMemberships } from './check-permission'
import { createRoleTable } from './role-table'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('checkPermission', () => {
  it('names the grant that decided', async () => {
    expect(await world.ada.checkPermission('user.write')).toEqual({
      allowed: true,
      via: { level: 'org', orgId: 'acme', role: 'ORG_OWNER' },
    })
    expect(await world.root.checkPermission('user.write')).toEqual({
      allowed: true,
      via: { level: 'instance', orgId: '', role: 'IAM_OWNER' },
    })
    expect(await world.system.checkPermission('whatever')).toEqual({ allowed: true, via: 'system' })
  })

  it('says why not', async () => {
    const { directory } = world

    expect(await world.bob.checkPermission('user.write')).toEqual({ allowed: false, reason: 'missing_permission' })
    expect(await world.eve.checkPermission('user.read')).toEqual({ allowed: false, reason: 'no_membership' })
    for (const orgId of ['nowhere', '', 'a\0', '\ud800']) {
      const answer = await directory.as({ userId: 'root', orgId }).checkPermission('user.read')
      expect(answer).toEqual({ allowed: false, reason: 'unknown_org' })
    }
  })

  it('denies what was asked for, by name', async () => {
    await expectRefused(world, () => world.bob.requirePermission('user.write'), {
      code: 'permission_denied',
      permission: 'user.write',
      reason: 'missing_permission',
    })
  })

  it('counts roles of an org only there, those of the instance everywhere', async () => {
    const { directory } = world

    expect(await directory.as({ userId: 'ada', orgId: 'umbrella' }).checkPermission('user.read')).toMatchObject({
      allowed: false,
    })
    expect(await directory.as({ userId: 'ada', across: 'instance' }).checkPermission('user.read')).toMatchObject({
      allowed: false,
    })
    expect(await directory.as({ userId: 'root', orgId: 'umbrella' }).requirePermission('user.read')).toEqual({
      orgId: 'umbrella',
    })
    expect(await world.root.requirePermission('user.read')).toEqual({ orgId: undefined })
  })

  it('reaches an org of which the caller is no user but a member', async () => {
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'] })

    const eve = world.directory.as({ userId: 'eve', orgId: 'acme' })

    expect((await eve.users.get('bob')).orgId).toBe('acme')
    await expectRefused(world, () => world.eve.users.get('bob'), { code: 'permission_denied', reason: 'no_membership' })
  })

  it('forgets a membership the moment it ends', async () => {
    await world.system.orgs
      .members('umbrella')
      .add({ userId: 'eve', roles: ['ORG_OWNER'], expiresAt: world.now() + 10 })
    expect(await world.eve.checkPermission('user.write')).toMatchObject({ allowed: true })

    world.advance(10)

    expect(await world.eve.checkPermission('user.write')).toEqual({ allowed: false, reason: 'no_membership' })
  })

  it('forgets a role with the call that takes it', async () => {
    await world.root.orgs.members('acme').update('ada', { roles: [] })
    expect(await world.ada.checkPermission('user.read')).toEqual({ allowed: false, reason: 'missing_permission' })

    await world.root.orgs.members('acme').remove('ada')

    expect(await world.ada.checkPermission('user.read')).toEqual({ allowed: false, reason: 'no_membership' })
  })

  it.each([
    ['locked', 'user_not_active', () => world.root.users.lock('ada')],
    ['deactivated', 'user_not_active', () => world.root.users.deactivate('ada')],
    ['deleted', 'unknown_user', () => world.root.users.delete('ada')],
    ['of an org that is deactivated', 'org_not_active', () => world.system.orgs.deactivate('acme')],
  ])('refuses every call of who is %s, from the next one on', async (_, reason, act) => {
    await world.ada.users.get('bob')

    await act()

    const refusal = { code: 'unauthenticated', reason }
    await expectRefused(world, () => world.ada.checkPermission('user.read'), refusal)
    await expectRefused(world, () => world.ada.requireAuthenticated(), refusal)
    await expectRefused(world, () => world.ada.users.get('bob'), refusal)
    await expectRefused(world, () => world.ada.users.metadata('bob').set({ a: 1 }), refusal)
  })

  it('lets outsiders with rights work in an org that is deactivated', async () => {
    await world.system.orgs.deactivate('acme')

    expect((await world.directory.as({ userId: 'root', orgId: 'acme' }).users.get('bob')).userId).toBe('bob')
  })

  it('lets a user act that has yet to be initialized', async () => {
    await world.ada.users.createHuman({ userId: 'carol', state: 'initial' })

    expect(await world.directory.as({ userId: 'carol' }).requireAuthenticated()).toEqual({ orgId: 'acme' })
  })

  it.each(['nobody', '', 'a\0', '\ud800'])('knows no caller %j', async (userId) => {
    const nobody = world.directory.as({ userId })

    await expectRefused(world, () => nobody.requireAuthenticated(), { code: 'unauthenticated', reason: 'unknown_user' })
  })

  it('tells who is authenticated where the call works', async () => {
    const { directory } = world

    expect(await world.eve.requireAuthenticated()).toEqual({ orgId: 'umbrella' })
    expect(await directory.as({ userId: 'eve', across: 'instance' }).requireAuthenticated()).toEqual({
      orgId: undefined,
    })
    expect(await directory.asSystem('test', { orgId: 'acme' }).requireAuthenticated()).toEqual({ orgId: 'acme' })
    await expectRefused(world, () => directory.as({ userId: 'eve', orgId: 'nowhere' }).requireAuthenticated(), {
      code: 'permission_denied',
      reason: 'unknown_org',
    })
  })

  it('does not take a caller made of foreign claims for the system', async () => {
    const claims = { userId: 'eve', type: 'system', reason: 'mine' }

    await expectRefused(world, () => world.directory.as(claims).users.list(), { code: 'permission_denied' })
  })

  it('grants nothing beyond an org to whoever gives out roles of the host there', async () => {
    world = await createWorld({ roles: { SUPPORT: ['org.read', 'iam.write'] } })
    await world.ada.orgs.members().add({ userId: 'robot', roles: ['SUPPORT'] })
    const robot = world.directory.as({ userId: 'robot' })

    expect(await robot.checkPermission('org.read')).toMatchObject({ allowed: true })
    expect(await robot.checkPermission('iam.write')).toEqual({ allowed: false, reason: 'missing_permission' })

    await world.root.members.add({ userId: 'robot', roles: ['SUPPORT'] })
    expect(await robot.checkPermission('iam.write')).toMatchObject({ allowed: true, via: { level: 'instance' } })
  })

  it('knows the roles of the host', async () => {
    world = await createWorld({ roles: { LIBRARIAN: ['book.lend'] } })
    await world.ada.orgs.members().add({ userId: 'robot', roles: ['LIBRARIAN'] })

    const robot = world.directory.as({ userId: 'robot' })

    expect(await robot.checkPermission('book.lend')).toMatchObject({ allowed: true, via: { role: 'LIBRARIAN' } })
    expect(await robot.checkPermission('user.read')).toMatchObject({ allowed: false })
  })
})

describe('decideFromMemberships', () => {
  const roles = createRoleTable()
  const principal = (memberships: Principal['memberships']): Principal => ({
    user: { userId: 'ada', orgId: 'acme', state: 'active' },
    homeOrg: 'active',
    contextOrg: 'active',
    memberships,
  })
  const owner = { level: 'org', orgId: 'acme', roles: ['ORG_OWNER'], expiresAt: null } as const

  it.each([
    ['no membership', [], { allowed: false, reason: 'no_membership' }],
    ['a membership without roles', [{ ...owner, roles: [] }], { allowed: false, reason: 'missing_permission' }],
    ['a role nobody knows', [{ ...owner, roles: ['constructor'] }], { allowed: false, reason: 'missing_permission' }],
    ['another org', [{ ...owner, orgId: 'umbrella' }], { allowed: false, reason: 'no_membership' }],
    ['one that ends now', [{ ...owner, expiresAt: 5 }], { allowed: false, reason: 'no_membership' }],
    [
      'one that ends later',
      [{ ...owner, expiresAt: 6 }],
      { allowed: true, via: { level: 'org', orgId: 'acme', role: 'ORG_OWNER' } },
    ],
  ] as const)('answers for %s', (_, memberships, answer) => {
    expect(decideFromMemberships(roles, principal(memberships), { orgId: 'acme' }, 'user.read', 5)).toEqual(answer)
  })

  it('counts nothing in an org that does not exist', () => {
    const nowhere = {
      ...principal([{ ...owner, level: 'instance', orgId: '', roles: ['IAM_OWNER'] }]),
      contextOrg: undefined,
    }

    expect(decideFromMemberships(roles, nowhere, { orgId: 'nowhere' }, 'user.read', 5)).toEqual({
      allowed: false,
      reason: 'unknown_org',
    })
  })
})
