import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'
import type { UpdateUserInput } from './update-user'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.ada.users.createHuman({
    userId: 'carol',
    userName: 'carol',
    firstName: 'Carol',
    email: 'carol@x.example',
    emailVerified: true,
    phone: '+41791234567',
    connection: 'db',
    username: 'cc',
    metadata: { app: { plan: 'free', old: true } },
  })
  world.advance(1000)
})

describe('updateUser', () => {
  it.each<[string, UpdateUserInput, readonly string[], readonly string[]]>([
    ['its user name', { userName: 'caro' }, ['user.username.changed 6'], ['userName']],
    ['the case of its user name', { userName: 'CAROL' }, ['user.username.changed 6'], ['userName']],
    [
      'its profile',
      { firstName: 'Caro', lastName: 'C', gender: 'diverse' },
      ['user.human.profile.changed 6'],
      ['firstName', 'lastName', 'gender'],
    ],
    [
      'its e-mail',
      { email: 'c@x.example' },
      ['user.human.email.changed 6', 'user.human.email.code.added 7'],
      ['email', 'emailVerified'],
    ],
    [
      'its e-mail to a verified one',
      { email: 'c@x.example', emailVerified: true },
      ['user.human.email.changed 6', 'user.human.email.verified 7'],
      ['email'],
    ],
    ['that its e-mail is verified', { emailVerified: false }, ['user.human.email.changed 6'], ['emailVerified']],
    [
      'its e-mail to none, verified or not',
      { email: null, emailVerified: true },
      ['user.human.email.changed 6'],
      ['email', 'emailVerified'],
    ],
    [
      'its phone',
      { phone: '+41790000000' },
      ['user.human.phone.changed 6', 'user.human.phone.code.added 7'],
      ['phone'],
    ],
    ['that its phone is verified', { phoneVerified: true }, ['user.human.phone.verified 6'], ['phoneVerified']],
    ['its phone to none', { phone: null, phoneVerified: true }, ['user.human.phone.removed 6'], ['phone']],
    ['its password', { passwordChanged: true }, ['user.human.password.changed 6'], ['passwordChangedAt']],
    ['its username', { username: 'CC' }, ['user.account.changed 6'], ['username']],
    ['whether it is blocked', { blocked: true }, ['user.account.changed 6', 'user.locked 7'], ['state', 'blocked']],
    ['whether it was ever blocked', { blocked: false }, ['user.account.changed 6'], ['blocked']],
    [
      'several namespaces',
      { metadata: { app: { set: { plan: 'pro' }, remove: ['old', 'absent'] }, user: { set: { a: 1 } } } },
      ['user.metadata.removed 6', 'user.metadata.set 7', 'user.metadata.set 8'],
      ['app.old', 'app.plan', 'user.a'],
    ],
    [
      'members and metadata in one write',
      { nickName: 'Ca', metadata: { app: { clear: true } } },
      ['user.human.profile.changed 6', 'user.metadata.removed.all 7'],
      ['nickName', 'app.old', 'app.plan'],
    ],
  ])('changes %s', async (_, input, events, changed) => {
    const written = await eventsOf(world, async () => {
      const updated = await world.ada.users.update('carol', input)

      expect(updated).toMatchObject({ changedAt: world.now(), createdAt: world.now() - 1000, orgId: 'acme' })
      expect([...updated.changed].sort()).toEqual([...changed].sort())
    })

    expect(written).toEqual(events)
  })

  it.each<[UpdateUserInput]>([
    [{}],
    [{ userName: 'carol', firstName: 'Carol', email: 'carol@x.example', phone: '+41 79 123 45 67', username: 'cc' }],
    [{ lastName: null, emailVerified: true, phoneVerified: false }],
    [{ metadata: { app: { set: { plan: 'free' }, remove: ['absent'] } } }],
  ])('writes nothing for %j', async (input) => {
    const events = await eventsOf(world, async () => {
      expect(await world.ada.users.update('carol', input)).toEqual({
        sequence: '5',
        createdAt: world.now() - 1000,
        changedAt: world.now() - 1000,
        orgId: 'acme',
        changed: [],
      })
    })

    expect(events).toEqual([])
  })

  it('keeps when a password was set, not the password', async () => {
    await world.ada.users.update('carol', { passwordChanged: true })

    expect(await world.ada.users.get('carol')).toMatchObject({ passwordChangedAt: world.now(), sequence: '2' })
  })

  it('frees names it gives up and takes those it gets', async () => {
    await world.ada.users.update('carol', { userName: 'caro', email: 'new@x.example', username: null })

    await world.ada.users.createHuman({ userName: 'carol', connection: 'db', email: 'carol@x.example', username: 'cc' })
    await expectRefused(world, () => world.ada.users.createHuman({ userName: 'CARO' }), {
      code: 'already_exists',
      subject: 'user_name',
    })
  })

  it.each([
    [{ userName: 'Bob' }, 'user_name'],
    [{ email: 'D@x.example', connection: undefined }, 'email'],
    [{ username: 'DD' }, 'username'],
  ])(
    'refuses %j, which another holds',
    async ({ connection: _, ...input }: UpdateUserInput & { connection?: undefined }, subject) => {
      await world.ada.users.createHuman({ userName: 'd', connection: 'db', email: 'd@x.example', username: 'dd' })

      await expectRefused(world, () => world.ada.users.update('carol', input), { code: 'already_exists', subject })
    },
  )

  it('changes a machine, and takes its description away', async () => {
    const change = () =>
      world.ada.users.update('robot', { displayName: 'R2', description: 'beeps', accessTokenType: 'jwt' })
    expect(await eventsOf(world, change)).toEqual(['user.machine.changed 2'])
    expect(await world.ada.users.get('robot')).toMatchObject({
      displayName: 'R2',
      description: 'beeps',
      accessTokenType: 'jwt',
    })

    await world.ada.users.update('robot', { description: '' })

    expect(await world.ada.users.get('robot')).toMatchObject({ description: null, sequence: '3' })
  })

  it.each([
    ['robot', { firstName: 'R' }, 'user_not_human'],
    ['robot', { email: 'r@x.example' }, 'user_not_human'],
    ['robot', { passwordChanged: true }, 'user_not_human'],
    ['carol', { description: 'x' }, 'user_not_machine'],
    ['carol', { accessTokenType: 'jwt' as const }, 'user_not_machine'],
  ])('refuses to change %s by %j', async (userId, input, reason) => {
    await expectRefused(world, () => world.ada.users.update(userId, input), { code: 'invalid_state', reason })
  })

  it.each([
    ['userName', { userName: '' }],
    ['firstName', { firstName: '' }],
    ['email', { email: 'nowhere' }],
    ['metadata.app', { metadata: { app: null as never } }],
    ['namespace', { metadata: { $touched: { set: { a: 1 } } } }],
    ['plan', { metadata: { app: { set: { plan: undefined as never } } } }],
    ['surprise', { surprise: 1 } as object],
  ])('refuses an input whose %s does not fit', async (path, input) => {
    await expectRefused(world, () => world.ada.users.update('carol', input), { code: 'invalid_input', path })
  })

  it('changes no member when an entry that has to be there is missing', async () => {
    const change = { nickName: 'Ca', metadata: { app: { remove: ['absent'], requirePresent: true } } }

    await expectRefused(world, () => world.ada.users.update('carol', change), {
      code: 'not_found',
      subject: 'metadata',
      id: 'absent',
    })
  })

  it('knows no user of another org', async () => {
    await expectRefused(world, () => world.ada.users.update('eve', { nickName: 'E' }), {
      code: 'not_found',
      subject: 'user',
      id: 'eve',
    })
  })

  it('unblocks who is unlocked, and who is reactivated after a lock', async () => {
    await world.ada.users.update('carol', { blocked: true })
    await world.ada.users.unlock('carol')
    expect(await world.ada.users.get('carol')).toMatchObject({ state: 'active', blocked: false })

    await world.ada.users.update('carol', { blocked: true })
    await world.ada.users.deactivate('carol')
    await world.ada.users.reactivate('carol')

    expect(await world.ada.users.get('carol')).toMatchObject({ state: 'active', blocked: false })
  })

  it('leaves its input alone', async () => {
    const input = Object.freeze({ nickName: 'Ca', metadata: Object.freeze({ app: Object.freeze({ clear: true }) }) })

    await world.ada.users.update('carol', input)
  })

  it.each([
    ['robot', 'human', 'user_not_human'],
    ['bob', 'machine', 'user_not_machine'],
  ] as const)('refuses %s as a %s where asked to, whatever changes', async (userId, type, reason) => {
    for (const change of [{ userName: 'other' }, {}]) {
      await expectRefused(world, () => world.ada.users.update(userId, change, { type }), {
        code: 'invalid_state',
        reason,
      })
    }
    const other = type === 'human' ? 'machine' : 'human'
    expect((await world.ada.users.update(userId, { userName: 'other' }, { type: other })).changed).toEqual(['userName'])
  })
})
