import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('deleteOrg', () => {
  it('takes all along that belongs to it, with one event', async () => {
    const { token } = await world.ada.users.accessTokens('robot').create()
    await world.ada.users.metadata('bob', 'user').set({ a: 1 })
    await world.ada.orgs.metadata('acme').set({ a: 1 })
    await world.ada.clients.metadata('shop').set({ a: 1 })
    await world.system.orgs.members('umbrella').add({ userId: 'ada', roles: ['ORG_OWNER'] })
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'] })
    await world.root.members.add({ userId: 'bob', roles: ['IAM_OWNER'] })

    const events = await eventsOf(world, async () => {
      expect(await world.ada.orgs.delete()).toMatchObject({ orgId: 'acme', changedAt: world.now() })
    })

    expect(events).toEqual(['org.removed 9'])
    await expectRefused(world, () => world.ada.orgs.get(), { code: 'unauthenticated', reason: 'unknown_user' })
    await expectRefused(world, () => world.root.orgs.get('acme'), { code: 'not_found', subject: 'org' })
    expect(await world.directory.authenticate(token)).toBeUndefined()
    expect(await world.root.users.getOrUndefined('bob')).toBeUndefined()
    expect((await world.root.clients.list()).items).toEqual([])
    expect((await world.system.orgs.members('umbrella').list()).items).toEqual([])
    expect((await world.root.members.list()).items.map(({ userId }) => userId)).toEqual(['root'])
    expect((await world.system.orgs.domains('acme').list()).items).toEqual([])
    expect(await world.root.orgs.findByDomain('acme.localhost')).toBeUndefined()
  })

  it('is for who may write the instance where it reaches across', async () => {
    world = await createWorld({ roles: { JANITOR: ['iam.write'], OWNER: ['org.delete'] } })
    await world.root.members.add({ userId: 'robot', roles: ['OWNER'] })
    const robot = world.directory.as({ userId: 'robot', across: 'instance' })

    await expectRefused(world, () => robot.orgs.delete('umbrella'), {
      code: 'permission_denied',
      permission: 'iam.write',
    })
    await world.root.members.update('robot', { roles: ['JANITOR'] })
    expect(await robot.orgs.delete('umbrella')).toMatchObject({ orgId: 'umbrella' })
  })

  it('frees every name, and keeps the history', async () => {
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'] })
    await world.ada.users.metadata('bob', 'user').set({ a: 1 })
    await world.ada.orgs.delete()

    await world.root.orgs.create({ orgId: 'acme', name: 'Acme' })
    const inAcme = world.directory.as({ userId: 'root', orgId: 'acme' })
    await inAcme.users.createHuman({ userId: 'bob', userName: 'bob' })
    await inAcme.users.createHuman({ userName: 'ada', email: 'ada@acme.example' })
    await inAcme.clients.create({ clientId: 'shop', name: 'Shop' })
    await inAcme.orgs.members().add({ userId: 'eve', roles: ['ORG_OWNER'] })

    expect(await inAcme.users.metadata('bob', 'user').findValues()).toBeUndefined()
    const history = await inAcme.events({ subject: { type: 'user', id: 'bob' } })
    expect(history.map(({ type, sequence }) => `${type} ${sequence}`)).toEqual([
      'user.human.added 1',
      'user.metadata.set 2',
      'user.human.added 3',
    ])
  })

  it('refuses the default org, whichever that is by now', async () => {
    await expectRefused(world, () => world.root.orgs.delete(), { code: 'invalid_state', reason: 'org_is_default' })
    await world.root.orgs.setDefault('umbrella')
    await expectRefused(world, () => world.root.orgs.delete('umbrella'), {
      code: 'invalid_state',
      reason: 'org_is_default',
    })
  })

  it('refuses who is deleted already', async () => {
    await world.root.orgs.delete('acme')

    await expectRefused(world, () => world.root.orgs.delete('acme'), { code: 'not_found', subject: 'org', id: 'acme' })
  })

  it('leaves no user and no member behind that come at the same time', async () => {
    const inAcme = world.directory.as({ userId: 'root', orgId: 'acme' })
    const calls = Array.from({ length: 12 }, (_, index) => [
      () => inAcme.users.createHuman({ userName: `new-${index}` }),
      () => inAcme.users.metadata('bob').set({ [`k${index}`]: 1 }),
      () => world.system.orgs.members('umbrella').add({ userId: 'robot', roles: [] }),
      () => world.system.orgs.members('acme').add({ userId: 'eve', roles: [] }),
    ]).flat()
    calls.splice(20, 0, () => world.root.orgs.delete('acme'))

    await Promise.allSettled(calls.map((call) => call()))

    expect((await world.root.users.list()).items.map(({ orgId }) => orgId)).not.toContain('acme')
    const whole = { offset: 0, limit: 1000, count: false } as const
    const { items } = await world.storage.search(world.directory.instanceId, { kind: 'member', ...whole })
    expect(items.map(({ userId }) => userId)).toEqual(['root'])
    await world.root.orgs.create({ orgId: 'acme', name: 'Acme' })
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: [] })
  })

  it('does not become the default org while it goes', async () => {
    for (const orgId of ['acme', 'umbrella']) {
      await Promise.allSettled([world.root.orgs.setDefault(orgId), world.root.orgs.delete(orgId)])

      const { orgId: now } = await world.root.orgs.getDefault()
      expect((await world.root.orgs.get(now)).orgId).toBe(now)
    }
  })
})
