import { createDirectory, type StoredEvent } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it, vi } from 'vitest'
import { createWorld, expectRefused } from './world'

const inMemory = () => sqliteStorage({ filename: ':memory:' })

describe('createDirectory', () => {
  it('makes the instance and its default org once', async () => {
    const storage = inMemory()
    const first = await createDirectory({ storage })
    const second = await createDirectory({ storage, defaultOrgName: 'Other' })

    expect(second.defaultOrgId).toBe(first.defaultOrgId)
    expect(await second.asSystem('test').orgs.get()).toMatchObject({
      name: 'Default',
      primaryDomain: 'default.localhost',
    })
  })

  it('keeps instances of one database apart', async () => {
    const storage = inMemory()
    const one = await createDirectory({ storage, instanceId: 'one' })
    const two = await createDirectory({ storage, instanceId: 'two' })
    await one.asSystem('test').users.createHuman({ userId: 'ada', userName: 'ada' })

    expect(await two.asSystem('test').users.getOrUndefined('ada')).toBeUndefined()
    await two.asSystem('test').users.createHuman({ userId: 'ada', userName: 'ada' })
  })

  it.each([
    [{ instanceId: '' }],
    [{ instanceId: 'a\0' }],
    [{ defaultOrgName: '' }],
    [{ defaultOrgName: '&' }],
    [{ defaultOrgName: '\ud800' }],
    [{ userLoginMustBeDomain: 'false' as never }],
  ])('refuses %j', async (options) => {
    await expect(createDirectory({ storage: inMemory(), ...options })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('decides for good whether users sign in with a domain', async () => {
    const storage = inMemory()
    const first = await createDirectory({ storage, userLoginMustBeDomain: true })

    expect(first.domainPolicy).toMatchObject({ userLoginMustBeDomain: true, validateOrgDomains: false, sequence: '2' })
    const [, second] = await first.asSystem('test').events({ subject: { type: 'instance', id: 'default' } })
    expect(second).toMatchObject({
      type: 'instance.policy.domain.added',
      sequence: first.domainPolicy.sequence,
      createdAt: first.domainPolicy.createdAt,
      payload: { userLoginMustBeDomain: true },
    })
    const again = await createDirectory({ storage, verifyDomain: async () => true })
    expect(again.domainPolicy).toEqual({ ...first.domainPolicy, validateOrgDomains: true })
    await createDirectory({ storage, userLoginMustBeDomain: true })
    await expect(createDirectory({ storage, userLoginMustBeDomain: false })).rejects.toMatchObject({
      code: 'invalid_state',
      reason: 'domain_policy_fixed',
    })
    const other = await createDirectory({ storage, instanceId: 'other' })
    expect(other.domainPolicy.userLoginMustBeDomain).toBe(false)
    await expect(createDirectory({ storage, instanceId: 'other', userLoginMustBeDomain: true })).rejects.toMatchObject({
      reason: 'domain_policy_fixed',
    })
  })

  it('decides it once where two start at once', async () => {
    const storage = inMemory()

    const started = await Promise.allSettled(
      [true, false].map((userLoginMustBeDomain) => createDirectory({ storage, userLoginMustBeDomain })),
    )

    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(started.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'domain_policy_fixed' },
    })
  })

  it('leaves its options alone, and closes twice', async () => {
    const options = Object.freeze({ storage: inMemory(), roles: Object.freeze({}) })
    const directory = await createDirectory(options)

    await directory.close()
    await directory.close()
  })
})

describe('asSystem', () => {
  it('writes the reason and whom it acts for into every event', async () => {
    const { directory } = await createWorld()

    await directory.asSystem('import', { orgId: 'acme', onBehalfOf: 'shop' }).users.lock('bob')

    const [event] = await directory.asSystem('test').events({ descending: true, limit: 1 })
    expect(event).toMatchObject({ type: 'user.locked', actor: { type: 'system', id: 'shop', reason: 'import' } })
  })

  it('refuses text that no database can hold', async () => {
    const { directory } = await createWorld()

    expect(() => directory.asSystem('a\0')).toThrow(expect.objectContaining({ path: 'reason' }))
    expect(() => directory.asSystem('a', { onBehalfOf: '\ud800' })).toThrow(
      expect.objectContaining({ path: 'onBehalfOf' }),
    )
  })

  it('stays in the org it is given', async () => {
    const world = await createWorld()
    const inUmbrella = world.directory.asSystem('test', { orgId: 'umbrella' })

    await expectRefused(world, () => inUmbrella.users.lock('bob'), { code: 'not_found', subject: 'user', id: 'bob' })
    expect((await inUmbrella.users.list()).items.map(({ userId }) => userId)).toEqual(['eve'])
  })
})

describe('bootstrapOwner', () => {
  it('makes an owner that can call, and none where there is one', async () => {
    const directory = await createDirectory({ storage: inMemory() })

    const made = await directory.bootstrapOwner({ userName: 'first' })

    expect(made).toMatchObject({ created: true, orgId: directory.defaultOrgId })
    const { token = '', userId = '' } = made.created ? made : {}
    expect(await directory.authenticate(token)).toMatchObject({ userId })
    expect((await directory.as({ userId }).members.list()).items).toMatchObject([{ userId, roles: ['IAM_OWNER'] }])
    expect(await directory.bootstrapOwner()).toEqual({ created: false })
  })

  it('rejects what does not fit', async () => {
    const directory = await createDirectory({ storage: inMemory() })

    await expect(directory.bootstrapOwner({ token: '' })).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'token',
    })
  })
})

describe('on', () => {
  it('tells of what was committed, as the log has it, and of nothing that was refused', async () => {
    const world = await createWorld()
    const heard: StoredEvent[] = []
    world.directory.on('*', (event) => {
      heard.push(event)
    })
    const before = await world.feed()

    await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', metadata: { app: { a: 1 } } })
    await world.ada.users.lock('carol')
    await world.ada.users.lock('carol').catch(() => undefined)
    await world.eve.users.lock('carol').catch(() => undefined)

    expect(heard).toEqual((await world.feed()).slice(before.length))
    expect(heard.map(({ type }) => type)).toEqual([
      'user.human.added',
      'user.human.email.code.added',
      'user.metadata.set',
      'user.locked',
    ])
  })

  it('lets no listener fail a write', async () => {
    const onListenerError = vi.fn()
    const { directory, ada } = await createWorld({ onListenerError })
    directory.on('user.locked', () => {
      throw new Error('thrown')
    })

    await ada.users.lock('bob')

    expect(onListenerError).toHaveBeenCalledTimes(1)
    expect((await ada.users.get('bob')).state).toBe('locked')
  })
})

describe('events', () => {
  it('answers those of a subject by sequence, from where one stopped', async () => {
    const { ada } = await createWorld()
    await ada.users.metadata('bob').set({ a: 1, b: 2 })
    const subject = { type: 'user', id: 'bob' } as const

    expect((await ada.events({ subject })).map(({ sequence }) => sequence)).toEqual(['1', '2', '3'])
    expect((await ada.events({ subject, afterSequence: '1', limit: 1 })).map(({ sequence }) => sequence)).toEqual(['2'])
    expect((await ada.events({ subject, descending: true, limit: 1 })).map(({ sequence }) => sequence)).toEqual(['3'])
  })

  it('shows nothing of another org, and everything to who may read all', async () => {
    const world = await createWorld()
    const { ada, root } = world

    expect(await ada.events({ subject: { type: 'user', id: 'eve' } })).toEqual([])
    expect(await ada.events({ subject: { type: 'user', id: 'a\0' } })).toEqual([])
    const all = await root.events({ limit: 1000 })
    expect(all).toEqual(await world.feed())
    expect(await root.events({ after: all[3]!.position, limit: 1 })).toEqual([all[4]])
    const inAcme = await world.directory.as({ userId: 'root', orgId: 'acme' }).events({})
    expect(new Set(inAcme.map(({ owner }) => owner))).toEqual(new Set(['acme']))
  })

  it('refuses what is no sequence', async () => {
    const world = await createWorld()
    const subject = { type: 'user', id: 'bob' } as const

    for (const afterSequence of ['', 'a', '-1', '1.5']) {
      await expectRefused(world, () => world.ada.events({ subject, afterSequence }), {
        code: 'invalid_input',
        path: 'afterSequence',
      })
    }
    await expectRefused(world, () => world.ada.events({ subject, limit: 1001 }), { code: 'limit_exceeded' })
  })
})
