import type { ActingDirectory, DomainVerifier, OrgDomains } from '@indwell/core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World

function call({ orgs }: ActingDirectory, verb: keyof Omit<OrgDomains, 'list'>, domain: string): Promise<unknown> {
  return verb === 'startVerification' ? orgs.domains().startVerification(domain, 'dns') : orgs.domains()[verb](domain)
}

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
    ['startVerification', 'acme.localhost', { code: 'invalid_state', reason: 'domain_already_verified' }],
    ['startVerification', 'umbrella.localhost', { code: 'not_found', subject: 'domain' }],
    ['startVerification', 'a\0', { code: 'not_found', subject: 'domain' }],
  ] as const)('refuse to %s %j', async (verb, domain, refusal) => {
    await expectRefused(world, () => call(world.ada, verb, domain), refusal)
  })
})

describe('domains that the host checks', () => {
  const verifyDomain = vi.fn<DomainVerifier>(async (domain) => domain.startsWith('own'))
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

  it('stay unverified when the check fails, which the history of the org tells', async () => {
    await world.ada.orgs.domains().add('foreign.example')
    const before = (await world.ada.orgs.domains().list()).items

    const events = await eventsOf(world, () =>
      expect(world.ada.orgs.domains().verify('foreign.example')).rejects.toMatchObject({
        code: 'invalid_state',
        reason: 'domain_not_proven',
      }),
    )

    expect(events).toEqual(['org.domain.verification.failed 8'])
    expect((await world.ada.orgs.domains().list()).items).toEqual(before)
  })

  it('stay as they are when the check throws', async () => {
    await world.ada.orgs.domains().add('own.example')
    verifyDomain.mockRejectedValueOnce(new Error('no network'))

    const events = await eventsOf(world, () =>
      expect(world.ada.orgs.domains().verify('own.example')).rejects.toThrow('no network'),
    )

    expect(events).toEqual([])
  })

  it('are told to show a token, anew with each call, of which the check is told', async () => {
    const domains = world.ada.orgs.domains()
    await domains.add('own.example')

    const file = await domains.startVerification(' OWN.example ', 'http')
    const record = await domains.startVerification('own.example', 'dns')

    expect(file).toEqual({
      orgId: 'acme',
      sequence: '8',
      createdAt: world.now(),
      changedAt: world.now(),
      type: 'http',
      token: expect.stringMatching(/^[\w-]{32}$/),
      location: `https://own.example/.well-known/zitadel-challenge/${file.token}.txt`,
    })
    expect(record).toMatchObject({ type: 'dns', sequence: '9', location: '_zitadel-challenge.own.example' })
    expect(record.token).not.toBe(file.token)
    expect((await domains.list()).items[1]).toMatchObject({ validationType: 'dns', sequence: '9' })
    await domains.verify('own.example', { requireStarted: true })
    const { type, token, location } = record
    expect(verifyDomain.mock.calls).toEqual([['own.example', { orgId: 'acme', validation: { type, token, location } }]])
    expect((await domains.list()).items[1]).toMatchObject({ validationType: 'dns', isVerified: true })
  })

  it('may have to be told first', async () => {
    await world.ada.orgs.domains().add('own.example')

    await expectRefused(world, () => world.ada.orgs.domains().verify('own.example', { requireStarted: true }), {
      code: 'invalid_state',
      reason: 'domain_verification_missing',
    })
    expect(verifyDomain).not.toHaveBeenCalled()
  })

  it('show their token in no list and no event', async () => {
    const heard: unknown[] = []
    world.directory.on('*', (event) => {
      heard.push(event)
    })
    await world.ada.orgs.domains().add('own.example')
    const { token } = await world.ada.orgs.domains().startVerification('own.example', 'http')

    const listed = await world.ada.orgs.domains().list()
    const told = await world.ada.events({ subject: { type: 'org', id: 'acme' }, limit: 1000 })
    expect(heard).toHaveLength(2)
    expect(JSON.stringify({ listed, told, heard })).not.toContain(token)
    expect(JSON.stringify({ listed, told, heard })).not.toContain('validationToken')
  })

  it.each(['file', '', undefined, '__proto__'])('are shown in no way called %j', async (type) => {
    await world.ada.orgs.domains().add('own.example')

    await expectRefused(world, () => world.ada.orgs.domains().startVerification('own.example', type as never), {
      code: 'invalid_input',
      path: 'type',
    })
  })

  it('go to one of two orgs that verify them at once', async () => {
    const orgs = ['acme', 'umbrella']
    for (const org of orgs) await world.system.orgs.domains(org).add('own.example')

    const results = await Promise.allSettled(orgs.map((org) => world.system.orgs.domains(org).verify('own.example')))

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'already_exists', subject: 'org_domain' },
    })
  })

  it('are not looked up for who may not verify', async () => {
    await world.ada.orgs.domains().add('own.example')

    await expectRefused(world, () => world.bob.orgs.domains().verify('own.example'), { code: 'permission_denied' })
    expect(verifyDomain).not.toHaveBeenCalled()
  })
})
