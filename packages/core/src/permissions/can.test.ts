import { beforeEach, describe, expect, it } from 'vitest'
import { notedLoads } from '../../test/noted-loads'
import { createWorld, dawn, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld({ roles: { LIBRARIAN: ['book.lend'] } })
})

describe('can', () => {
  it('names the role and the membership that decided', async () => {
    expect(await world.ada.can('user.write', { type: 'user', id: 'bob' })).toEqual({
      allowed: true,
      because: {
        rule: 'role',
        role: 'ORG_OWNER',
        level: 'org',
        orgId: 'acme',
        memberSince: dawn,
        changedAt: dawn,
        expiresAt: null,
      },
    })
    expect(await world.root.can('user.write', { type: 'user', id: 'bob' })).toMatchObject({
      because: { role: 'IAM_OWNER', level: 'instance', orgId: '' },
    })
    expect(await world.ada.can('org.write', 'acme')).toMatchObject({ allowed: true })
    expect(await world.ada.can('project.app.read', { type: 'client', id: 'shop' })).toMatchObject({ allowed: true })
    expect(await world.system.can('user.write')).toEqual({ allowed: true, because: { rule: 'system' } })
  })

  it('says until when', async () => {
    const expiresAt = world.now() + 10
    await world.system.orgs.members('acme').update('bob', { roles: ['ORG_USER_MANAGER'], expiresAt })

    expect(await world.bob.can('user.write')).toMatchObject({ because: { changedAt: world.now(), expiresAt } })

    world.advance(10)
    expect(await world.bob.can('user.write')).toMatchObject({
      allowed: false,
      because: { reason: 'no_membership', ended: { role: 'ORG_USER_MANAGER', orgId: 'acme', expiresAt } },
    })
  })

  it('tells which roles would do', async () => {
    expect(await world.bob.can('user.delete', { type: 'user', id: 'ada' })).toEqual({
      allowed: false,
      because: {
        reason: 'missing_permission',
        roles: {
          instance: ['IAM_OWNER', 'IAM_ORG_MANAGER', 'IAM_USER_MANAGER'],
          org: ['ORG_OWNER', 'ORG_USER_MANAGER'],
        },
      },
    })
    expect(await world.bob.can('book.lend')).toMatchObject({
      because: { roles: { instance: ['LIBRARIAN'], org: ['LIBRARIAN'] } },
    })
    // Held in an org it would grant nothing.
    expect(await world.bob.can('iam.write')).toMatchObject({ because: { roles: { org: [] } } })
    expect(await world.bob.can('no.such')).toMatchObject({ because: { roles: { instance: [], org: [] } } })
  })

  it('knows roles of the host, and those that were created', async () => {
    await world.system.roles.create({ roleId: 'clerk', name: 'Clerk', permissions: ['invoice.write'] })
    await world.system.orgs.members('acme').update('bob', { roles: ['LIBRARIAN', 'clerk'] })

    expect(await world.bob.can('book.lend', 'acme')).toMatchObject({ because: { role: 'LIBRARIAN' } })
    expect(await world.bob.can('invoice.write', { type: 'client', id: 'shop' })).toMatchObject({
      because: { role: 'clerk', level: 'org', orgId: 'acme' },
    })
    expect(await world.bob.can('invoice.write')).toMatchObject({ because: { role: 'clerk' } })

    await world.system.roles.delete('clerk')
    expect(await world.bob.can('invoice.write', 'acme')).toMatchObject({ allowed: false })
  })

  it.each([
    ['in one org', {}],
    ['wherever subjects live', { across: 'orgs' }],
  ] as const)('knows a foreign subject as little as one that does not exist, %s', async (_, how) => {
    await world.system.orgs.members('umbrella').add({ userId: 'ada', roles: ['ORG_OWNER'], expiresAt: world.now() })
    const ada = world.directory.as({ userId: 'ada', ...how })
    const answers = async (...on: Parameters<typeof ada.can>[1][]) =>
      Promise.all(on.map((each) => ada.can('user.write', each)))

    const [foreign, unknown, org, nowhere, unstorable] = await answers(
      { type: 'user', id: 'eve' },
      { type: 'user', id: 'ghost' },
      'umbrella',
      'nowhere',
      { type: 'client', id: 'a\0b\ud800' },
    )

    expect(foreign).toMatchObject({ allowed: false, because: { reason: 'not_found' } })
    for (const other of [unknown, org, nowhere, unstorable]) expect(other).toEqual(foreign)
  })

  it('knows what users may do to themselves', async () => {
    const eve = world.directory.as({ userId: 'eve', across: 'orgs' })
    const herself = { type: 'user', id: 'eve' } as const

    expect(await eve.can('user.read', herself)).toEqual({ allowed: true, because: { rule: 'self' } })
    expect(await eve.can('user.delete', herself)).toMatchObject({ allowed: false })
    await world.system.orgs.members('umbrella').add({ userId: 'eve', roles: ['ORG_USER_SELF_MANAGER'] })
    expect(await eve.can('user.delete', herself)).toEqual({ allowed: true, because: { rule: 'self' } })
  })

  it('throws for who may not call at all', async () => {
    await expect(world.directory.as({ userId: 'ghost' }).can('user.read')).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await world.system.users.lock('bob')
    await expect(world.bob.can('user.read', 'acme')).rejects.toMatchObject({ reason: 'user_not_active' })
  })

  it.each([
    ['', undefined, 'permission'],
    [1, undefined, 'permission'],
    ['user.read', 1, 'on'],
    ['user.read', null, 'on'],
    ['user.read', { type: 'token', id: 'x' }, 'on'],
    ['user.read', { type: 'user' }, 'on'],
    ['user.read', { type: '__proto__', id: 'x' }, 'on'],
  ])('refuses a question that is none: %j %j', async (permission, on, path) => {
    const error = await world.ada.can(permission as never, on as never).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ code: 'invalid_input' })
    expect((error as { readonly path: string }).path).toContain(path)
  })
})

describe('canAll', () => {
  let asked: string[]
  beforeEach(async () => {
    const noted = notedLoads()
    asked = noted.asked
    world = await createWorld({ storage: noted.storage })
    await world.system.roles.create({ roleId: 'clerk', name: 'Clerk', permissions: ['invoice.write'] })
    await world.system.orgs.members('acme').update('bob', { roles: ['ORG_OWNER_VIEWER', 'clerk'] })
    asked.length = 0
  })

  it.each([{}, { across: 'orgs' }] as const)('reads once for all, as %j', async (how) => {
    const bob = world.directory.as({ userId: 'bob', ...how })

    const answers = await bob.canAll([
      { permission: 'user.read', on: { type: 'user', id: 'ada' } },
      { permission: 'user.write', on: { type: 'user', id: 'ada' } },
      { permission: 'org.read', on: 'acme' },
      { permission: 'project.app.read', on: { type: 'client', id: 'shop' } },
      { permission: 'iam.read' },
    ])

    expect(answers.map(({ allowed }) => allowed)).toEqual([true, false, true, true, false])
    expect(asked).toEqual(['record,principal,memberships,record,record'])
  })

  it('reads roles that were created once more, for permissions of the host alone', async () => {
    const answers = await world.bob.canAll([
      { permission: 'invoice.write', on: 'acme' },
      { permission: 'invoice.read', on: 'acme' },
      { permission: 'user.read' },
    ])

    expect(answers.map(({ allowed }) => allowed)).toEqual([true, false, true])
    expect(asked).toEqual([expect.stringMatching(/^[a-z,]+$/), 'record'])
  })

  it('answers one question with one read, and none with none', async () => {
    await world.bob.can('user.read', { type: 'user', id: 'ada' })
    expect(asked).toHaveLength(1)
    expect(await world.bob.canAll([])).toEqual([])
    expect(asked).toHaveLength(1)
  })

  it('refuses more than 500, and what is no list', async () => {
    const many = Array.from({ length: 501 }, () => ({ permission: 'user.read' }))

    await expect(world.bob.canAll(many)).rejects.toMatchObject({ code: 'limit_exceeded', limit: 500, actual: 501 })
    await expect(world.bob.canAll('user.read' as never)).rejects.toMatchObject({ path: 'questions' })
    await expect(world.bob.canAll([{ permission: 'a', on: 3 as never }])).rejects.toMatchObject({
      code: 'invalid_input',
      path: expect.stringContaining('questions.0.on'),
    })
  })
})
