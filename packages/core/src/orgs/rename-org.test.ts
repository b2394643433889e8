import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const domainsOf = async (directory: World['ada']) =>
  (await directory.orgs.domains().list()).items.map(({ domain, isVerified, isPrimary }) => [
    domain,
    isVerified,
    isPrimary,
  ])

describe('renameOrg', () => {
  it('moves the name and the domain that was made from it', async () => {
    const { createdAt } = await world.ada.orgs.get()
    const events = await eventsOf(world, async () => {
      expect(await world.ada.orgs.rename(' Acme Ltd. ')).toMatchObject({
        orgId: 'acme',
        createdAt,
        changedAt: world.now(),
        changed: true,
      })
    })

    expect(events.map((event) => event.split(' ')[0])).toEqual([
      'org.changed',
      'org.domain.added',
      'org.domain.verified',
      'org.domain.primary.set',
      'org.domain.removed',
    ])
    expect(await world.ada.orgs.get()).toMatchObject({ name: 'Acme Ltd.', primaryDomain: 'acme-ltd.localhost' })
    expect(await domainsOf(world.ada)).toEqual([['acme-ltd.localhost', true, true]])
    await world.root.orgs.create({ name: 'Acme' })
  })

  it('leaves another primary domain primary', async () => {
    await world.ada.orgs.domains().add('acme.example')
    await world.ada.orgs.domains().setPrimary('acme.example')

    await world.ada.orgs.rename('New')

    expect(await world.ada.orgs.get()).toMatchObject({ name: 'New', primaryDomain: 'acme.example' })
    expect(await domainsOf(world.ada)).toEqual([
      ['acme.example', true, true],
      ['new.localhost', true, false],
    ])
  })

  it('makes no domain for an org that gave up the one it was made with', async () => {
    await world.ada.orgs.domains().add('acme.example')
    await world.ada.orgs.domains().setPrimary('acme.example')
    await world.ada.orgs.domains().remove('acme.localhost')

    await world.ada.orgs.rename('New')

    expect(await domainsOf(world.ada)).toEqual([['acme.example', true, true]])
  })

  it('takes a domain that the org had added by hand', async () => {
    await world.ada.orgs.domains().add('new.localhost')

    await world.ada.orgs.rename('New')

    expect(await domainsOf(world.ada)).toEqual([['new.localhost', true, true]])
  })

  it('changes the case of a name, and keeps a domain that stays the same', async () => {
    expect(await eventsOf(world, () => world.ada.orgs.rename('ACME!'))).toEqual(['org.changed 7'])
    expect(await world.ada.orgs.get()).toMatchObject({ name: 'ACME!', primaryDomain: 'acme.localhost' })
  })

  it('writes nothing for the name it has', async () => {
    const [{ version: sequence } = {}] = await world.ada.orgs.findSnapshots(['acme'])

    const events = await eventsOf(world, async () => {
      expect(await world.ada.orgs.rename('Acme')).toMatchObject({ changed: false, sequence, orgId: 'acme' })
    })

    expect(events).toEqual([])
  })

  it('renames an inactive org', async () => {
    await world.system.orgs.deactivate('acme')

    expect((await world.root.orgs.rename('New', 'acme')).changed).toBe(true)
  })

  it.each([
    ['UMBRELLA', { code: 'already_exists', subject: 'org_name' }],
    ['Umbrella!', { code: 'already_exists', subject: 'org_domain' }],
    [' ', { code: 'invalid_input' }],
    ['&', { code: 'invalid_input', path: 'name' }],
    ['x'.repeat(201), { code: 'invalid_input' }],
    ['a\0', { code: 'invalid_input' }],
  ])('refuses %j', async (name, refusal) => {
    await expectRefused(world, () => world.ada.orgs.rename(name), refusal)
  })
})
