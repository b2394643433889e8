import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('deactivateOrg and reactivateOrg', () => {
  it('shut its users out and let them in again', async () => {
    const { token } = await world.ada.users.accessTokens('robot').create()
    const events = await eventsOf(world, async () => {
      await world.ada.orgs.deactivate()
      await expectRefused(world, () => world.ada.orgs.reactivate(), {
        code: 'unauthenticated',
        reason: 'org_not_active',
      })
      await expectRefused(world, () => world.directory.as({ userId: 'robot' }).orgs.get(), {
        code: 'unauthenticated',
        reason: 'org_not_active',
      })
      expect((await world.root.orgs.get('acme')).state).toBe('inactive')
      await world.root.orgs.reactivate('acme')
    })

    expect(events).toEqual(['org.deactivated 7', 'org.reactivated 8'])
    expect((await world.ada.orgs.get()).state).toBe('active')
    expect(await world.directory.authenticate(token)).toMatchObject({ userId: 'robot' })
  })

  it('leave an inactive org to work in for others', async () => {
    await world.system.orgs.deactivate('acme')
    const inAcme = world.directory.as({ userId: 'root', orgId: 'acme' })

    await inAcme.users.createHuman({ userName: 'new' })
    await inAcme.orgs.metadata('acme').set({ a: 1 })
    await inAcme.orgs.members().add({ userId: 'eve', roles: ['ORG_OWNER'] })

    expect((await world.directory.as({ userId: 'eve', orgId: 'acme' }).orgs.get()).state).toBe('inactive')
  })

  it('refuse the state it is in', async () => {
    await expectRefused(world, () => world.ada.orgs.reactivate(), {
      code: 'invalid_state',
      reason: 'org_already_active',
    })
    await world.ada.orgs.deactivate()
    await expectRefused(world, () => world.root.orgs.deactivate('acme'), {
      code: 'invalid_state',
      reason: 'org_already_inactive',
    })
  })

  it('let one of many that deactivate at once do so', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => world.root.orgs.deactivate('acme')))

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
