import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const acme = async () => (await world.ada.orgs.findSnapshots(['acme']))[0]

describe('updateOrg', () => {
  it('changes name, display name, settings and metadata in one write', async () => {
    const events = await eventsOf(world, () =>
      world.ada.orgs.update('acme', {
        name: 'Acme Two',
        displayName: 'Acme the Second',
        settings: { branding: { logo_url: 'https://a.example/l.png' }, quota: 1 },
        metadata: { org: { set: { plan: 'full' } } },
      }),
    )

    expect(events.map((event) => event.split(' ')[0])).toEqual([
      'org.changed',
      'org.domain.added',
      'org.domain.verified',
      'org.domain.primary.set',
      'org.domain.removed',
      'org.profile.changed',
      'org.metadata.set',
    ])
    const found = await acme()
    expect(found?.org).toMatchObject({
      name: 'Acme Two',
      displayName: 'Acme the Second',
      primaryDomain: 'acme-two.localhost',
      settings: { branding: { logo_url: 'https://a.example/l.png' }, quota: 1 },
      changedAt: world.now(),
    })
    expect(found?.metadata).toEqual({ plan: 'full' })
    expect(found?.version).toBe((await world.feed()).findLast(({ aggregate }) => aggregate.id === 'acme')?.sequence)
  })

  it('replaces settings by root key, and takes away what is null', async () => {
    await world.ada.orgs.update('acme', { displayName: 'A', settings: { a: { b: 1, c: 2 }, d: 1, e: 1 } })

    await world.ada.orgs.update('acme', { displayName: null, settings: { a: { b: 2 }, d: null, nothing: null } })

    expect((await acme())?.org).toMatchObject({ displayName: null, settings: { a: { b: 2 }, e: 1 } })
    expect((await acme())?.org.settings).not.toHaveProperty('d')
  })

  it('writes nothing for what is so already', async () => {
    const update = {
      name: 'Acme',
      displayName: 'A',
      settings: { a: [1], b: null },
      metadata: { org: { set: { k: 'v' } } },
    }
    await world.ada.orgs.update('acme', update)
    const found = await acme()

    const events = await eventsOf(world, async () => {
      expect(await world.ada.orgs.update('acme', update)).toMatchObject({ changed: false, sequence: found?.version })
      expect(await world.ada.orgs.update('acme', {})).toMatchObject({ changed: false })
    })

    expect(events).toEqual([])
  })

  it('replaces metadata whole, where it says so', async () => {
    await world.ada.orgs.metadata().set({ a: '1', b: '2' })

    await world.ada.orgs.update('acme', { metadata: { org: { clear: true, set: { c: '3' } } } })

    expect((await acme())?.metadata).toEqual({ c: '3' })
    const replace = (set: readonly (readonly [string, string])[]) => () =>
      world.ada.orgs.update('acme', { metadata: { org: { clear: true, set } } })
    expect(await eventsOf(world, replace([['c', '3']]))).toEqual([])
    await replace([
      ['c', '3'],
      ['d', '4'],
    ])()
    await replace([
      ['c', '3'],
      ['c', '3'],
    ])()
    expect((await acme())?.metadata).toEqual({ c: '3' })
  })

  it('lets one of two writers of one version through', async () => {
    const ifVersion = (await acme())!.version

    const outcomes = await Promise.allSettled(
      ['A', 'B'].map((displayName) => world.ada.orgs.update('acme', { displayName }, { ifVersion })),
    )

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'version_conflict' } })
    await expectRefused(world, () => world.ada.orgs.update('acme', {}, { ifVersion }), { code: 'version_conflict' })
    await expectRefused(world, () => world.system.orgs.delete('umbrella', { ifVersion: '999' }), {
      code: 'version_conflict',
    })
    await world.system.orgs.delete('umbrella', { ifVersion: ['999', '4'] })
  })

  it('clears metadata whole although others add some and somebody becomes a member', async () => {
    await Promise.all([
      world.ada.orgs.update('acme', { metadata: { org: { clear: true, set: { only: 'x' } } } }),
      world.ada.orgs.members().addAll({ userIds: ['eve', 'robot'] }),
      world.ada.orgs.update('acme', { settings: { a: 1 } }),
      world.ada.orgs.update('acme', { displayName: 'A' }),
    ])

    expect(await acme()).toMatchObject({ metadata: { only: 'x' }, org: { displayName: 'A', settings: { a: 1 } } })
  })

  it.each([
    [{ name: 'UMBRELLA' }, { code: 'already_exists', subject: 'org_name' }],
    [
      { name: 'Umbrella!', displayName: 'X' },
      { code: 'already_exists', subject: 'org_domain' },
    ],
    [{ name: '&' }, { code: 'invalid_input', path: 'name' }],
    [{ displayName: '' }, { code: 'invalid_input', path: 'displayName' }],
    [{ displayName: 'x'.repeat(256) }, { code: 'invalid_input', path: 'displayName' }],
    [{ displayName: 'a\0' }, { code: 'invalid_input', path: 'displayName' }],
    [{ settings: [] as never }, { code: 'invalid_input', path: 'settings' }],
    [{ settings: { a: Number.NaN } }, { code: 'invalid_input', path: 'settings' }],
    [{ settings: { a: 'x'.repeat(1_048_577) } }, { code: 'limit_exceeded' }],
    [
      { displayName: 'X', metadata: { org: { set: { '': 'x' } } } },
      { code: 'invalid_input', path: 'key' },
    ],
    [{ unheard: 1 } as never, { code: 'invalid_input' }],
  ])('refuses %j whole', async (update, refusal) => {
    await expectRefused(world, () => world.ada.orgs.update('acme', update), refusal)
  })

  it('refuses settings that are too long together', async () => {
    await world.ada.orgs.update('acme', { settings: { a: 'x'.repeat(600_000) } })

    await expectRefused(world, () => world.ada.orgs.update('acme', { settings: { b: 'x'.repeat(600_000) } }), {
      code: 'limit_exceeded',
    })
  })
})

describe('createOrg', () => {
  it('keeps a display name, settings and first metadata, in one write', async () => {
    const events = await eventsOf(world, () =>
      world.system.orgs.create({
        orgId: 'new',
        name: 'New',
        displayName: 'Brand new',
        settings: { quota: 1, none: null, ['__proto__']: { a: 1 } },
        metadata: { org: { plan: 'full' } },
      }),
    )

    expect(events.slice(4)).toEqual(['org.profile.changed 5', 'org.metadata.set 6'])
    const [found] = await world.system.orgs.findSnapshots(['new'])
    expect(found).toMatchObject({ version: '6', metadata: { plan: 'full' }, org: { displayName: 'Brand new' } })
    expect(Object.entries(found?.org.settings ?? {})).toEqual([
      ['quota', 1],
      ['__proto__', { a: 1 }],
    ])
  })

  it('writes no more events than before for an org without them', async () => {
    expect(await eventsOf(world, () => world.system.orgs.create({ name: 'New' }))).toHaveLength(4)
  })
})

it('findOrgSnapshots answers in the order of the ids, and nothing of orgs the call may not see', async () => {
  await world.system.orgs.metadata('umbrella').set({ a: '1' })

  const found = await world.root.orgs.findSnapshots(['umbrella', 'nowhere', 'acme', 'a\0'])
  expect(found.map((snapshot) => snapshot?.org.orgId)).toEqual(['umbrella', undefined, 'acme', undefined])
  expect(found.map((snapshot) => snapshot?.metadata)).toEqual([{ a: '1' }, undefined, {}, undefined])
  expect(await world.ada.orgs.findSnapshots(['umbrella', 'acme'])).toMatchObject([
    undefined,
    { org: { orgId: 'acme' } },
  ])
  await expect(world.ada.orgs.findSnapshots(['acme'], 'No Namespace')).rejects.toMatchObject({ code: 'invalid_input' })
})
