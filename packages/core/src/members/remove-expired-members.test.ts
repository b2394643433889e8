import { createDirectory } from '@indwell/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const removals = async () =>
  (await world.feed())
    .filter(({ type }) => type.endsWith('.member.removed'))
    .map(({ type, owner, payload, actor }) => ({ type, owner, payload, actor }))

describe('removeExpiredMembers', () => {
  it('removes what is over, wherever it is, with an event each', async () => {
    const expiresAt = world.now() + 10
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'], expiresAt })
    await world.system.orgs.members('umbrella').add({ userId: 'bob', roles: [], expiresAt: expiresAt + 1 })
    await world.system.members.add({ userId: 'eve', roles: ['IAM_OWNER'], expiresAt })
    expect(await world.directory.removeExpiredMembers()).toEqual({ removed: 0 })

    world.advance(10)
    expect(await world.directory.removeExpiredMembers()).toEqual({ removed: 2 })

    const actor = { type: 'system', id: '', reason: 'membership expired' }
    const byType = (a: { readonly type: string }, b: { readonly type: string }) => a.type.localeCompare(b.type)
    expect((await removals()).toSorted(byType)).toEqual([
      { type: 'instance.member.removed', owner: '', payload: { userId: 'eve' }, actor },
      { type: 'org.member.removed', owner: 'acme', payload: { userId: 'eve' }, actor },
    ])
    expect(await world.system.users.memberships('eve')).toEqual([])
    expect(await world.system.users.memberships('bob')).toHaveLength(2)
    expect(await world.directory.removeExpiredMembers()).toEqual({ removed: 0 })
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'] })
  })

  it('goes through more than a batch', async () => {
    for (let number = 0; number < 7; number += 1) {
      await world.system.users.createMachine({ userId: `m${number}`, orgId: 'acme', userName: `m${number}`, name: 'M' })
      await world.system.orgs.members('acme').add({ userId: `m${number}`, roles: [], expiresAt: world.now() })
    }

    expect(await world.directory.removeExpiredMembers({ batchSize: 3 })).toEqual({ removed: 7 })
    expect((await world.system.orgs.members('acme').list()).items.map(({ userId }) => userId)).toEqual(['ada', 'bob'])
  })

  it('leaves what is prolonged at the same time, or removes it: never a half of both', async () => {
    const members = world.system.orgs.members('acme')
    await members.add({ userId: 'eve', roles: ['ORG_OWNER'], expiresAt: world.now() })

    const [prolonged, swept] = await Promise.allSettled([
      members.update('eve', { roles: ['ORG_OWNER'], expiresAt: null }),
      world.directory.removeExpiredMembers(),
    ])

    const held = await world.system.users.memberships('eve')
    if (prolonged.status === 'fulfilled') expect(held).toMatchObject([{ expiresAt: null }])
    else expect(held).toEqual([])
    expect(swept).toMatchObject({ value: { removed: prolonged.status === 'fulfilled' ? 0 : 1 } })
  })

  it('ends between two batches when it is told to', async () => {
    await expect(
      world.directory.removeExpiredMembers({ signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough')
  })

  it.each([0, 1001, 1.5, Number.NaN, '5' as never])('refuses a batch of %s', async (batchSize) => {
    await expectRefused(world, () => world.directory.removeExpiredMembers({ batchSize }), {
      code: 'invalid_input',
      path: 'batchSize',
    })
  })
})

describe('a membership that ends', () => {
  it('counts by the clock of the directory that decides', async () => {
    const ahead = await createDirectory({ storage: world.storage, migrate: false, clock: () => world.now() + 10 })
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'], expiresAt: world.now() + 10 })
    const eve = { userId: 'eve', orgId: 'acme' }

    expect(await world.directory.as(eve).can('user.read')).toMatchObject({ allowed: true })
    expect(await ahead.as(eve).can('user.read')).toMatchObject({ allowed: false })
  })

  it('is found by its end', async () => {
    const members = world.system.orgs.members('acme')
    await members.add({ userId: 'eve', roles: [], expiresAt: world.now() })
    await members.add({ userId: 'robot', roles: [], expiresAt: world.now() + 1 })
    const idsOf = async (filter: Parameters<typeof members.list>[0]) =>
      (await members.list(filter)).items.map(({ userId }) => userId)

    const over = { op: 'range', field: 'expiresAt', to: world.now(), fromInclusive: false, toInclusive: true } as const
    expect(await idsOf({ filter: over })).toEqual(['eve'])
    expect(await idsOf({ filter: { op: 'not', filter: over } })).toEqual(['ada', 'bob', 'robot'])
  })
})
