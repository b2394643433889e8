import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('domains of an org', () => {
  it('are verified once they are added where the host checks none', async () => {
    const events = await eventsOf(world, async () => {
      expect(await world.ada.orgs.domains().add(' Acme.Example ')).toEqual({
        orgId: 'acme',
        sequence: '8',
        createdAt: world.now(),
        changedAt: world.now(),
      })
    })

    expect(events).toEqual(['org.domain.added 7', 'org.domain.verified 8'])
    expect((await world.ada.orgs.domains().list()).items).toMatchObject([
      { domain: 'acme.example', isVerified: true, isPrimary: false },
      { domain: 'acme.localhost', isVerified: true, isPrimary: true },
    ])
    expect(await world.root.orgs.findByDomain('ACME.example')).toMatchObject({ orgId: 'acme' })
  })

  it('leave the names of users of other orgs alone', async () => {
    const { userId } = await world.system.users.createHuman({ orgId: 'umbrella', userName: 'x@acme.example' })

    await world.ada.orgs.domains().add('acme.example')

    expect((await world.root.users.get(userId)).userName).toBe('x@acme.example')
  })

  it('become primary one at a time', async () => {
    await world.ada.orgs.domains().add('acme.example')

    const events = await eventsOf(world, () => world.ada.orgs.domains().setPrimary('acme.example'))

    expect(events).toEqual(['org.domain.primary.set 9'])
    expect((await world.ada.orgs.get()).primaryDomain).toBe('acme.example')
    expect((await world.ada.orgs.domains().list()).items.map(({ isPrimary }) => isPrimary)).toEqual([true, false])
    expect(await eventsOf(world, () => world.ada.orgs.domains().setPrimary('acme.example'))).toEqual([])
  })

  it('go, and are free for others then', async () => {
    await world.ada.orgs.domains().add('acme.example')

    await world.ada.orgs.domains().remove('ACME.example')

    expect(await world.root.orgs.findByDomain('acme.example')).toBeUndefined()
    await world.system.orgs.domains('umbrella').add('acme.example')
  })

  it.each([
    ['add', 'acme.localhost', { code: 'already_exists', subject: 'domain_of_org' }],
    ['add', 'umbrella.localhost', { code: 'already_exists', subject: 'org_domain' }],
    ['add', ' ', { code: 'invalid_input' }],
    ['add', 'a..b', { code: 'invalid_input' }],
    ['add', 'a b', { code: 'invalid_input' }],
    ['add', 'a\0.example', { code: 'invalid_input' }],
    ['add', `${'x'.repeat(250)}.com`, { code: 'invalid_input' }],
    ['remove', 'acme.localhost', { code: 'invalid_state', reason: 'domain_primary' }],
    ['remove', 'umbrella.localhost', { code: 'not_found', subject: 'domain' }],
    ['remove', 'a\0', { code: 'not_found', subject: 'domain' }],
    ['setPrimary', 'umbrella.localhost', { code: 'not_found', subject: 'domain' }],
    ['verify', 'acme.localhost', { code: 'invalid_state', reason: 'domain_already_verified' }],
    ['verify', 'umbrella.localhost', { code: 'not_found', subject: 'domain' }],
  ] as const)('refuse to %s %j', async (verb, domain, refusal) => {
    await expectRefused(world, () => world.ada.orgs.domains()[verb](domain), refusal)
  })
})

describe('domains that the host checks', () => {
  const verifyDomain = vi.fn(async (domain: string) => domain.startsWith('own'))
  beforeEach(async () => {
    verifyDomain.mockClear()
    world = await createWorld({ verifyDomain })
  })

  it('may be added by many, and verified by who shows that it is theirs', async () => {
    await world.ada.orgs.domains().add('own.example')
    await world.system.orgs.domains('umbrella').add('own.example')
    expect(await world.root.orgs.findByDomain('own.example')).toBeUndefined()
    await expectRefused(world, () => world.ada.orgs.domains().setPrimary('own.example'), {
      code: 'invalid_state',
      reason: 'domain_not_verified',
    })

    const events = await eventsOf(world, () => world.ada.orgs.domains().verify('OWN.example'))

    expect(events).toEqual(['org.domain.verified 8'])
    expect(verifyDomain.mock.calls).toEqual([['own.example', { orgId: 'acme' }]])
    expect(await world.root.orgs.findByDomain('own.example')).toMatchObject({ orgId: 'acme' })
    await expectRefused(world, () => world.system.orgs.domains('umbrella').verify('own.example'), {
      code: 'already_exists',
      subject: 'org_domain',
    })
  })

  it('stay unverified when the check fails, or throws', async () => {
    await world.ada.orgs.domains().add('foreign.example')

    await expectRefused(world, () => world.ada.orgs.domains().verify('foreign.example'), {
      code: 'invalid_state',
      reason: 'domain_not_proven',
    })
    verifyDomain.mockRejectedValueOnce(new Error('no network'))
    await expect(world.ada.orgs.domains().verify('foreign.example')).rejects.toThrow('no network')
  })

  it('are not looked up for who may not verify', async () => {
    await world.ada.orgs.domains().add('own.example')

    await expectRefused(world, () => world.bob.orgs.domains().verify('own.example'), { code: 'permission_denied' })
    expect(verifyDomain).not.toHaveBeenCalled()
  })
})
