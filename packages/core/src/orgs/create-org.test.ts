import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('createOrg', () => {
  it('creates an org with a primary domain, owned by who created it', async () => {
    const events = await eventsOf(world, async () => {
      expect(await world.root.orgs.create({ orgId: 'new', name: ' New Org ' })).toEqual({
        orgId: 'new',
        admins: [{ userId: 'root' }],
        sequence: '5',
        createdAt: world.now(),
        changedAt: world.now(),
      })
    })

    expect(events).toEqual([
      'org.added 1',
      'org.domain.added 2',
      'org.domain.verified 3',
      'org.domain.primary.set 4',
      'org.member.added 5',
    ])
    const inNew = world.directory.as({ userId: 'root', orgId: 'new' })
    expect(await inNew.orgs.get()).toMatchObject({
      name: 'New Org',
      state: 'active',
      primaryDomain: 'new-org.localhost',
    })
    expect((await inNew.orgs.members().list()).items).toMatchObject([
      { userId: 'root', roles: ['ORG_OWNER'], user: { userName: 'root' } },
    ])
  })

  it('gives what the system creates no owner', async () => {
    const { orgId, sequence } = await world.system.orgs.create({ name: 'New' })

    expect(sequence).toBe('4')
    expect((await world.system.orgs.members(orgId).list()).items).toEqual([])
  })

  it.each([
    [{ name: 'ACME' }, { code: 'already_exists', subject: 'org_name' }],
    [{ name: 'Acme!' }, { code: 'already_exists', subject: 'org_domain' }],
    [
      { name: 'x', orgId: 'acme' },
      { code: 'already_exists', subject: 'org_id' },
    ],
    [{ name: ' ' }, { code: 'invalid_input', path: 'name' }],
    [{ name: '&' }, { code: 'invalid_input', path: 'name' }],
    [{ name: 'a\0' }, { code: 'invalid_input', path: 'name' }],
    [{ name: 'x'.repeat(201) }, { code: 'invalid_input', path: 'name' }],
    [
      { name: 'x', orgId: '' },
      { code: 'invalid_input', path: 'orgId' },
    ],
  ])('refuses %j', async (input, refusal) => {
    await expectRefused(world, () => world.root.orgs.create(input), refusal)
  })
})

describe('getOrg', () => {
  it('answers the org in which the call works, or the one named', async () => {
    expect((await world.bob.orgs.get()).orgId).toBe('acme')
    expect((await world.bob.orgs.get('acme')).orgId).toBe('acme')
    expect((await world.root.orgs.get('umbrella')).orgId).toBe('umbrella')
    expect((await world.root.orgs.get()).orgId).toBe(world.directory.defaultOrgId)
  })

  it.each(['umbrella', 'nowhere', 'a\0', ''])('does not know %j from another org', async (orgId) => {
    await expectRefused(world, () => world.ada.orgs.get(orgId), { code: 'not_found', subject: 'org', id: orgId })
  })
})
