import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, dawn, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('createHuman', () => {
  it('answers the id, the sequence, the times and the owner', async () => {
    const created = await world.ada.users.createHuman({ userName: 'carol' })

    expect(created).toEqual({
      userId: expect.stringMatching(/^id-\d+$/),
      orgId: 'acme',
      sequence: '1',
      createdAt: world.now(),
      changedAt: world.now(),
    })
  })

  it('keeps when a person came to be elsewhere, if the system says so', async () => {
    const { system, ada } = world
    const createdAt = Date.UTC(2019, 4, 1)

    const created = await system.users.createHuman({
      userId: 'old',
      email: 'o@x.example',
      emailVerified: true,
      createdAt,
    })

    expect(created).toMatchObject({ createdAt, changedAt: world.now() })
    expect(await system.users.get('old')).toMatchObject({ createdAt, changedAt: world.now() })
    await system.users.update('old', { nickName: 'O' })
    expect(await system.users.get('old')).toMatchObject({ createdAt, sequence: '3' })
    await expectRefused(world, () => ada.users.createHuman({ createdAt }), { code: 'permission_denied' })
    for (const wrong of [world.now() + 1, -1, 0.5]) {
      await expectRefused(world, () => system.users.createHuman({ createdAt: wrong }), {
        code: 'invalid_input',
        path: 'createdAt',
      })
    }
  })

  it.each([
    [
      'unverified and initial',
      { email: 'c@x.example', state: 'initial' },
      ['user.human.added 1', 'user.human.initialization.code.added 2'],
      { sequence: '1', state: 'initial', emailVerified: false },
    ],
    [
      'verified with a password',
      { email: 'c@x.example', emailVerified: true, hasPassword: true },
      ['user.human.added 1', 'user.human.email.verified 2'],
      { sequence: '2', state: 'active', emailVerified: true, passwordChangedAt: dawn + 1000 },
    ],
    [
      'verified without a password',
      { email: 'c@x.example', emailVerified: true, state: 'initial' },
      ['user.human.added 1', 'user.human.email.verified 2', 'user.human.initialization.code.added 3'],
      { sequence: '2', state: 'initial', emailVerified: true, passwordChangedAt: null },
    ],
    [
      'unverified with an unverified phone',
      { email: 'c@x.example', phone: '+41 79 123 45 67', state: 'initial' },
      ['user.human.added 1', 'user.human.initialization.code.added 2', 'user.human.phone.code.added 3'],
      { sequence: '1', state: 'initial', phone: '+41791234567', phoneVerified: false },
    ],
    [
      'with a verified phone',
      { phone: '+41791234567', phoneVerified: true },
      ['user.human.added 1', 'user.human.phone.verified 2'],
      { sequence: '2', state: 'active', phoneVerified: true },
    ],
    [
      'active and unverified',
      { email: 'c@x.example' },
      ['user.human.added 1', 'user.human.email.code.added 2'],
      { sequence: '1', state: 'active', emailVerified: false },
    ],
    [
      'verified without an address',
      { emailVerified: true, phoneVerified: true },
      ['user.human.added 1'],
      { sequence: '1', emailVerified: false, phoneVerified: false },
    ],
    [
      'blocked',
      { blocked: true },
      ['user.human.added 1', 'user.locked 2'],
      { sequence: '2', state: 'locked', blocked: true },
    ],
    [
      'with metadata',
      { metadata: { app: { plan: 'pro' }, user: {} } },
      ['user.human.added 1', 'user.metadata.set 2', 'user.metadata.removed.all 3'],
      { sequence: '1' },
    ],
  ] as const)('logs a human that is %s', async (_, input, events, user) => {
    const written = await eventsOf(world, () => world.ada.users.createHuman({ userId: 'carol', ...input }))

    expect(written).toEqual(events)
    expect(await world.ada.users.get('carol')).toMatchObject(user)
  })

  it('names a user after the e-mail, else after the id, and shows the full name', async () => {
    await world.ada.users.createHuman({ userId: 'carol', email: 'carol@x.example', firstName: 'Carol', lastName: 'C' })
    await world.ada.users.createHuman({ userId: 'dave' })

    expect(await world.ada.users.get('carol')).toMatchObject({ userName: 'carol@x.example', displayName: 'Carol C' })
    expect(await world.ada.users.get('dave')).toMatchObject({ userName: 'dave', displayName: null })
  })

  it('puts a user into the default org when the call works in all orgs', async () => {
    const { orgId } = await world.root.users.createHuman({ userName: 'carol' })

    expect(orgId).toBe(world.directory.defaultOrgId)
  })

  it('remembers the empty namespace of a new user', async () => {
    await world.ada.users.createHuman({ userId: 'carol', metadata: { user: {}, app: {} } })

    expect(await world.ada.users.metadata('carol', 'user').findValues()).toEqual({})
    expect(await world.ada.users.metadata('carol', 'app').findValues()).toBeUndefined()
  })

  it('continues the sequence of a user of the same id that was removed', async () => {
    await world.ada.users.delete('bob')

    const { sequence } = await world.ada.users.createHuman({ userId: 'bob', userName: 'bob' })

    expect(sequence).toBe('3')
    expect(await world.ada.users.get('bob')).toMatchObject({ sequence: '3', createdAt: world.now() })
  })

  it.each([
    ['a taken id', { userId: 'bob', userName: 'new' }, 'user_id'],
    ['a taken user name in another case', { userName: 'BOB' }, 'user_name'],
    ['an e-mail that is taken in the connection', { userName: 'x', connection: 'db', email: 'C@x.example' }, 'email'],
    ['a username that is taken in the connection', { userName: 'x', connection: 'db', username: 'CC' }, 'username'],
  ])('refuses %s', async (_, input, subject) => {
    await world.ada.users.createHuman({ userName: 'c', connection: 'db', email: 'c@x.example', username: 'cc' })

    await expectRefused(world, () => world.ada.users.createHuman(input), { code: 'already_exists', subject })
  })

  it('lets two connections share an e-mail and a username', async () => {
    await world.ada.users.createHuman({ userName: 'c', connection: 'db', email: 'c@x.example', username: 'cc' })

    await world.ada.users.createHuman({ userName: 'd', connection: 'other', email: 'c@x.example', username: 'cc' })
  })

  it.each([
    ['userId', { userId: '' }],
    ['userId', { userId: 'a\0b' }],
    ['userId', { userId: '\ud800' }],
    ['userId', { userId: 'x'.repeat(201) }],
    ['userName', { userName: '' }],
    ['email', { email: 'no address' }],
    ['phone', { phone: '12345' }],
    ['gender', { gender: 'other' as 'male' }],
    ['namespace', { metadata: { 'Not A Namespace': {} } }],
    ['key', { metadata: { app: { '': 1 } } }],
    ['metadata', { metadata: { app: [1] as never } }],
    ['surprise', { surprise: 1 } as object],
  ])('refuses an input whose %s does not fit', async (path, input) => {
    await expectRefused(world, () => world.ada.users.createHuman(input), { code: 'invalid_input', path })
  })

  it('takes 200 characters of four bytes as an id and a user name', async () => {
    const long = '\u{1f600}'.repeat(200)

    await world.ada.users.createHuman({ userId: long, userName: long })

    expect((await world.ada.users.get(long)).userName).toBe(long)
  })

  it('refuses an org that does not exist or that the call does not work in', async () => {
    const orgId = 'umbrella'

    await expectRefused(world, () => world.ada.users.createHuman({ orgId }), {
      code: 'not_found',
      subject: 'org',
      id: orgId,
    })
    await expectRefused(world, () => world.root.users.createHuman({ orgId: 'nowhere' }), {
      code: 'not_found',
      subject: 'org',
      id: 'nowhere',
    })
  })

  it('leaves its input alone', async () => {
    const input = Object.freeze({ userName: 'carol', metadata: Object.freeze({ app: Object.freeze({ a: 1 }) }) })
    const copy = structuredClone(input)

    await world.ada.users.createHuman(input)

    expect(input).toEqual(copy)
  })
})
