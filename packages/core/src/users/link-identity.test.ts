import { createDirectory, type DirectoryStorage, type UserFilter } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.ada.users.createHuman({
    userId: 'github|7',
    userName: 'bobby',
    firstName: 'Robert',
    email: 'bob@work.example',
    emailVerified: true,
    connection: 'work',
    username: 'bobby',
    metadata: { app: { plan: 'pro' }, user: { hobby: 'chess' } },
  })
  await world.system.orgs.members('acme').add({ userId: 'github|7', roles: ['ORG_OWNER'] })
  await world.system.orgs.members('umbrella').add({ userId: 'github|7', roles: [] })
})

const link = () => world.ada.users.linkIdentity('bob', 'github|7')
const snapshotOf = async (userId: string) => (await world.system.users.findSnapshots([userId], ['app', 'user']))[0]

describe('linking', () => {
  it('makes a user an identity, of which all but metadata and memberships is kept', async () => {
    const before = await snapshotOf('bob')

    const written = await link()

    expect(written).toMatchObject({ sequence: '2', orgId: 'acme', changedAt: world.now() })
    expect(written.identities).toEqual([
      {
        userId: 'github|7',
        userName: 'bobby',
        state: 'active',
        displayName: 'Robert',
        firstName: 'Robert',
        lastName: null,
        nickName: null,
        preferredLanguage: null,
        gender: null,
        avatarUrl: null,
        email: 'bob@work.example',
        emailVerified: true,
        phone: null,
        phoneVerified: false,
        connection: 'work',
        username: 'bobby',
        blocked: null,
        passwordChangedAt: null,
      },
    ])
    expect(await world.bob.users.identities('bob')).toEqual(written.identities)
    expect(await snapshotOf('bob')).toEqual({
      ...before,
      identities: written.identities,
      version: '2',
      updatedAt: world.now(),
    })
  })

  it('leaves nothing of the user that a call could find', async () => {
    await link()

    expect(await world.system.users.getOrUndefined('github|7')).toBeUndefined()
    expect(await world.system.users.findByLoginName('bobby')).toBeUndefined()
    expect(await world.system.users.memberships('github|7')).toEqual([])
    expect((await world.ada.users.list()).items.map(({ userId }) => userId)).not.toContain('github|7')
    expect((await world.ada.orgs.members().list()).items.map(({ userId }) => userId)).not.toContain('github|7')
    for (const call of [
      () => world.system.users.metadata('github|7').set({ a: 1 }),
      () => world.system.users.metadata('github|7').values(),
      () => world.system.users.update('github|7', { firstName: 'B' }),
      () => world.system.users.delete('github|7'),
      () => world.system.members.add({ userId: 'github|7', roles: [] }),
      () => world.system.users.identities('github|7'),
      () => world.system.users.linkIdentity('github|7', 'ada'),
    ]) {
      await expectRefused(world, call, { code: 'not_found', subject: 'user', id: 'github|7' })
    }
    await expectRefused(world, () => world.directory.as({ userId: 'github|7' }).users.list(), {
      code: 'unauthenticated',
      reason: 'unknown_user',
    })
  })

  it('is told to both users and to the orgs in which one was a member', async () => {
    expect([...(await eventsOf(world, link))].sort()).toEqual([
      'org.member.cascade.removed 6',
      'org.member.cascade.removed 8',
      'user.identity.added 2',
      'user.linked 6',
      'user.removed 5',
    ])
  })

  it('leaves id and names taken, whoever asks for them and however', async () => {
    await link()
    const human = { userName: 'new', orgId: 'umbrella' }

    for (const [input, subject] of [
      [{ ...human, userId: 'github|7' }, 'user_id'],
      [{ ...human, userName: 'Bobby' }, 'user_name'],
      [{ ...human, connection: 'work', email: 'Bob@work.example' }, 'email'],
      [{ ...human, connection: 'work', username: 'BOBBY' }, 'username'],
    ] as const) {
      await expectRefused(world, () => world.system.users.createHuman(input), { code: 'already_exists', subject })
    }
    const taken = { code: 'already_exists', subject: 'user_id' }
    const newcomer = { userId: 'github|7', userName: 'new' }
    await expectRefused(world, () => world.system.users.createMachine({ ...newcomer, name: 'New' }), taken)
    await expectRefused(world, () => world.system.orgs.setUp({ name: 'New', human: newcomer }), taken)
    await expectRefused(world, () => world.system.orgs.create({ name: 'New', admins: [{ human: newcomer }] }), taken)
  })

  it('finds whom an identity belongs to by what is known of it', async () => {
    await link()
    const found = async (path: readonly ['email' | 'provider' | 'idAtProvider' | 'connection'], value: string) =>
      (await world.ada.users.list({ filter: { op: 'identity', path, test: { op: 'equals', value } } })).items.map(
        ({ userId }) => userId,
      )

    expect(await found(['email'], 'bob@work.example')).toEqual(['bob'])
    expect(await found(['provider'], 'github')).toEqual(['bob'])
    expect(await found(['idAtProvider'], '7')).toEqual(['bob'])
    expect(await found(['connection'], 'work')).toEqual(['bob'])
    expect(await found(['email'], 'bob@home.example')).toEqual([])
    for (const path of [[], ['email', 'length'], 'email', undefined]) {
      const filter: UserFilter = JSON.parse(JSON.stringify({ op: 'identity', path, test: { op: 'exists' } }))
      await expectRefused(world, () => world.ada.users.list({ filter }), {
        code: 'invalid_input',
        path: 'path',
      })
    }
  })

  it('heeds the version of the user to whom is linked', async () => {
    const { version } = (await snapshotOf('bob'))!
    await world.ada.users.metadata('bob').set({ a: 1 })

    await expectRefused(world, () => world.ada.users.linkIdentity('bob', 'github|7', { ifVersion: version }), {
      code: 'version_conflict',
    })
    expect((await world.ada.users.linkIdentity('bob', 'github|7', { ifVersion: '2' })).sequence).toBe('3')
  })
})

describe('linking refuses', () => {
  const refused = (userId: string, identityId: string, reason: string) =>
    expectRefused(world, () => world.system.users.linkIdentity(userId, identityId), { code: 'invalid_state', reason })

  it('a user and itself', () => refused('bob', 'bob', 'identity_is_primary'))
  it('a machine, and a user to a machine', async () => {
    await refused('bob', 'robot', 'user_not_human')
    await refused('robot', 'bob', 'user_not_human')
  })
  it('users of different orgs', () => refused('bob', 'eve', 'identity_of_other_org'))
  it('an identity a second time, to the same user and to another one', async () => {
    await link()

    await refused('bob', 'github|7', 'identity_already_linked')
    await refused('ada', 'github|7', 'identity_already_linked')
  })
  it('a user with identities of its own', async () => {
    await link()

    await refused('ada', 'bob', 'identity_has_identities')
  })
  it('more than a hundred', async () => {
    for (let index = 0; index < 101; index += 1) {
      await world.system.users.createHuman({ userId: `x${index}`, userName: `x${index}`, orgId: 'acme' })
      if (index < 100) await world.system.users.linkIdentity('bob', `x${index}`)
    }

    await expectRefused(world, () => world.system.users.linkIdentity('bob', 'x100'), {
      code: 'limit_exceeded',
      limitName: 'user.identities',
    })
  })
  it('what is no user', async () => {
    for (const [userId, identityId] of [
      ['bob', 'ghost'],
      ['ghost', 'bob'],
    ] as const) {
      await expectRefused(world, () => world.system.users.linkIdentity(userId, identityId), {
        code: 'not_found',
        subject: 'user',
        id: 'ghost',
      })
    }
  })
  it('who may change one of the two alone, and tells it nothing of the other', async () => {
    const unknown = { code: 'not_found', subject: 'user' }

    await expectRefused(world, () => world.ada.users.linkIdentity('bob', 'eve'), { ...unknown, id: 'eve' })
    await expectRefused(world, () => world.ada.users.linkIdentity('eve', 'bob'), { ...unknown, id: 'eve' })
    await world.system.users.createHuman({ userId: 'max', userName: 'max', orgId: 'umbrella' })
    await world.system.users.linkIdentity('eve', 'max')
    await expectRefused(world, () => world.ada.users.linkIdentity('bob', 'max'), { ...unknown, id: 'max' })
  })
  it('who may change users but not delete them', async () => {
    const world = await createWorld({ roles: { ORG_EDITOR: ['user.read', 'user.write'] } })
    await world.system.orgs.members('acme').update('bob', { roles: ['ORG_EDITOR'] })
    await world.system.users.createHuman({ userId: 'max', userName: 'max', orgId: 'acme' })

    await expectRefused(world, () => world.bob.users.linkIdentity('bob', 'max'), {
      code: 'permission_denied',
      permission: 'user.delete',
    })
    expect(await world.bob.users.update('max', { firstName: 'M' })).toMatchObject({ sequence: '2' })
  })
  it('users who would link somebody to themselves', async () => {
    const bob = world.directory.as({ userId: 'bob', across: 'orgs' })

    await expectRefused(world, () => bob.users.linkIdentity('bob', 'github|7'), { code: 'permission_denied' })
  })
})

describe('an identity of a user', () => {
  beforeEach(link)

  it('is a user of its own again once it is unlinked, without metadata and memberships', async () => {
    world.advance(10)

    const { identities, sequence } = await world.ada.users.unlinkIdentity('bob', 'github|7')

    expect([identities, sequence]).toEqual([[], '3'])
    expect(await world.ada.users.identities('bob')).toEqual([])
    expect(await snapshotOf('github|7')).toMatchObject({
      user: {
        userId: 'github|7',
        orgId: 'acme',
        userName: 'bobby',
        state: 'active',
        firstName: 'Robert',
        email: 'bob@work.example',
        emailVerified: true,
        connection: 'work',
        username: 'bobby',
        blocked: null,
        createdAt: world.now(),
      },
      identities: [],
      metadata: { app: undefined, user: undefined },
    })
    expect(await world.system.users.findByLoginName('bobby')).toMatchObject({ userId: 'github|7' })
    expect(await world.system.users.memberships('github|7')).toEqual([])
    await world.ada.users.linkIdentity('ada', 'github|7')
    expect((await world.ada.users.identities('ada')).map(({ userId }) => userId)).toEqual(['github|7'])
  })

  it('is as locked, deactivated or yet to be initialized as it was', async () => {
    await world.ada.users.unlinkIdentity('bob', 'github|7')
    for (const [verb, undo, state, blocked] of [
      ['lock', 'unlock', 'locked', true],
      ['deactivate', 'reactivate', 'inactive', false],
    ] as const) {
      await world.ada.users.update('github|7', { blocked: false })
      await world.ada.users[verb]('github|7')
      await link()
      await world.ada.users.unlinkIdentity('bob', 'github|7')

      expect(await world.ada.users.get('github|7')).toMatchObject({ state, blocked })
      await world.ada.users[undo]('github|7')
    }
    await world.ada.users.createHuman({ userId: 'new', userName: 'new', email: 'n@x.example', state: 'initial' })
    await world.ada.users.linkIdentity('bob', 'new')
    await world.ada.users.unlinkIdentity('bob', 'new')
    expect(await world.ada.users.get('new')).toMatchObject({ state: 'initial', emailVerified: false })
  })

  it('goes with the user, and its names are free', async () => {
    await world.ada.users.delete('bob')

    await world.system.users.createHuman({
      userId: 'github|7',
      userName: 'bobby',
      orgId: 'umbrella',
      email: 'bob@work.example',
      connection: 'work',
      username: 'bobby',
    })
    expect(await world.system.users.identities('github|7')).toEqual([])
  })

  it('goes with the org, and its names are free', async () => {
    await world.system.orgs.delete('acme')

    const again = { userId: 'github|7', userName: 'bobby', connection: 'work', username: 'bobby' }
    await world.system.users.createHuman({ ...again, orgId: 'umbrella', email: 'bob@work.example' })
  })

  it('is not freed by a user to whom it is not linked', async () => {
    const unlinked = { code: 'not_found', subject: 'identity', id: 'github|7' }

    await expectRefused(world, () => world.ada.users.unlinkIdentity('ada', 'github|7'), unlinked)
    await expectRefused(world, () => world.ada.users.unlinkIdentity('bob', 'bob'), {
      code: 'invalid_state',
      reason: 'identity_is_primary',
    })
    await expectRefused(world, () => world.bob.users.unlinkIdentity('bob', 'github|7'), { code: 'permission_denied' })
    await expectRefused(world, () => world.eve.users.unlinkIdentity('bob', 'github|7'), { code: 'permission_denied' })
  })

  it('keeps its place among several', async () => {
    for (const userId of ['a', 'b']) {
      await world.ada.users.createHuman({ userId, userName: userId })
      await world.ada.users.linkIdentity('bob', userId)
    }

    const { identities } = await world.ada.users.unlinkIdentity('bob', 'a')

    expect(identities.map(({ userId }) => userId)).toEqual(['github|7', 'b'])
    expect(await world.ada.users.identities('bob')).toEqual(identities)
  })
})

describe('a link that another process makes while a call is on its way', () => {
  let between: (() => Promise<unknown>) | undefined
  let others: World['system']

  beforeEach(async () => {
    const storage = sqliteStorage({ filename: ':memory:' })
    const interrupt = async () => {
      const call = between
      between = undefined
      await call?.()
    }
    const interrupted: DirectoryStorage = {
      ...storage,
      async commit(instanceId, commits) {
        await interrupt()
        return storage.commit(instanceId, commits)
      },
      async commitUnread(instanceId, commit) {
        await interrupt()
        return storage.commitUnread!(instanceId, commit)
      },
    }
    world = await createWorld({ storage: interrupted })
    others = (await createDirectory({ storage, instanceId: world.directory.instanceId })).asSystem('another process')
    await world.system.users.createHuman({ userId: 'max', userName: 'max', orgId: 'acme' })
  })
  const link = () => others.users.linkIdentity('bob', 'max')

  it('keeps the id from who creates a user under it', async () => {
    await world.system.users.delete('max')
    between = async () => {
      await others.users.createHuman({ userId: 'max', userName: 'max', orgId: 'acme' })
      await link()
    }

    await expect(world.system.users.createHuman({ userId: 'max', userName: 'new' })).rejects.toMatchObject({
      code: 'already_exists',
      subject: 'user_id',
    })
    expect(await world.system.users.getOrUndefined('max')).toBeUndefined()
  })

  it('goes with an org that is deleted', async () => {
    between = link

    await world.system.orgs.delete('acme')

    await world.system.users.createHuman({ userId: 'max', userName: 'max', orgId: 'umbrella' })
  })

  it('goes with a user that is deleted', async () => {
    between = link

    await world.system.users.delete('bob')

    await world.system.users.createHuman({ userId: 'max', userName: 'max', orgId: 'umbrella' })
  })

  it('leaves a user that is deleted an identity', async () => {
    between = link

    await expect(world.system.users.delete('max')).rejects.toMatchObject({ code: 'not_found' })
    expect(await world.system.users.identities('bob')).toHaveLength(1)
  })

  it('leaves nothing of what is written to the user that goes', async () => {
    for (const write of [
      () => world.system.users.metadata('max').set({ a: 1 }),
      () => world.system.users.update('max', { firstName: 'M', metadata: { app: { set: { a: 1 } } } }),
      () => world.system.members.add({ userId: 'max', roles: [] }),
      () => world.system.orgs.create({ name: 'New', admins: [{ userId: 'max' }] }),
      () => world.system.users.linkIdentity('ada', 'max'),
      () => world.system.users.linkIdentity('max', 'ada'),
    ]) {
      between = link
      await expect(write()).rejects.toMatchObject({ code: expect.stringMatching(/not_found|invalid_state/) })

      await others.users.unlinkIdentity('bob', 'max')
      expect(await world.system.users.metadata('max').values()).toEqual({})
      expect(await world.system.users.memberships('max')).toEqual([])
    }
  })
})

it('has names of its org, where users sign in with the domains of that', async () => {
  const world = await createWorld({ userLoginMustBeDomain: true })
  await world.system.users.createHuman({ userId: 'max', userName: 'max', orgId: 'acme' })
  await world.system.users.linkIdentity('bob', 'max')

  await expectRefused(world, () => world.system.users.createHuman({ userName: 'max', orgId: 'acme' }), {
    code: 'already_exists',
    subject: 'user_name',
  })
  expect(await world.system.users.findByLoginName('max@acme.localhost')).toBeUndefined()
  await world.system.users.createHuman({ userName: 'max', orgId: 'umbrella' })
  await world.system.users.unlinkIdentity('bob', 'max')
  expect(await world.system.users.findByLoginName('max@acme.localhost')).toMatchObject({ userId: 'max' })
})
