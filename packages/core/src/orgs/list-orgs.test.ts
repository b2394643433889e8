import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('listOrgs', () => {
  it('finds orgs by name, domain, state and id, whatever org the call works in', async () => {
    await world.system.orgs.deactivate('umbrella')
    const inAcme = world.directory.as({ userId: 'root', orgId: 'acme' })
    const find = async (filter: NonNullable<Parameters<typeof inAcme.orgs.list>[0]>['filter']) =>
      (await inAcme.orgs.list({ ...(filter && { filter }), count: true })).items.map(({ orgId }) => orgId)

    expect(await find(undefined)).toEqual(['acme', world.directory.defaultOrgId, 'umbrella'])
    expect(await find({ op: 'text', field: 'name', method: 'contains', value: 'CM', ignoreCase: true })).toEqual([
      'acme',
    ])
    expect(
      await find({ op: 'text', field: 'primaryDomain', method: 'starts-with', value: 'umb', ignoreCase: false }),
    ).toEqual(['umbrella'])
    expect(await find({ op: 'equals', field: 'state', value: 'inactive' })).toEqual(['umbrella'])
    expect(await find({ op: 'in', field: 'orgId', values: ['acme', 'nowhere'] })).toEqual(['acme'])
  })

  it('finds orgs by their metadata', async () => {
    await world.system.orgs.metadata('acme').set({ plan: { name: 'pro' } })
    const onPro = {
      op: 'metadata',
      namespace: 'org',
      path: ['plan', 'name'],
      test: { op: 'equals', value: 'pro' },
    } as const

    const { items } = await world.root.orgs.list({ filter: onPro })
    expect(items.map(({ orgId }) => orgId)).toEqual(['acme'])
    await expectRefused(world, () => world.root.orgs.list({ filter: { ...onPro, path: Array(101).fill('a') } }), {
      code: 'limit_exceeded',
    })
  })

  it('refuses a page of more than 1000', async () => {
    await expectRefused(world, () => world.root.orgs.list({ limit: 1001 }), { code: 'limit_exceeded' })
  })
})

describe('setDefaultOrg', () => {
  it('makes another org own what names none', async () => {
    const events = await eventsOf(world, async () => {
      expect(await world.root.orgs.setDefault('acme')).toMatchObject({ orgId: '', changedAt: world.now() })
    })

    expect(events).toEqual(['instance.default.org.set 5'])
    expect(await world.root.orgs.getDefault()).toMatchObject({ orgId: 'acme' })
    expect((await world.root.users.createHuman({ userName: 'new' })).orgId).toBe('acme')
  })

  it('refuses an org that is unknown, inactive, or the default org already', async () => {
    await world.system.orgs.deactivate('umbrella')

    await expectRefused(world, () => world.root.orgs.setDefault('nowhere'), { code: 'not_found', subject: 'org' })
    await expectRefused(world, () => world.root.orgs.setDefault('a\0'), { code: 'not_found', subject: 'org' })
    await expectRefused(world, () => world.root.orgs.setDefault('umbrella'), {
      code: 'invalid_state',
      reason: 'org_inactive',
    })
    await expectRefused(world, () => world.root.orgs.setDefault(world.directory.defaultOrgId), {
      code: 'invalid_state',
      reason: 'org_already_default',
    })
  })
})
