import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base64, type Json, zitadelErrorBody } from '../world'
import { asking, createTwoOrgs, type TwoOrgs } from './two-orgs'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

describe('users of v2', () => {
  let world: TwoOrgs
  let ada: ReturnType<typeof asking>
  let root: ReturnType<typeof asking>
  let names = 0
  beforeAll(async () => {
    world = await createTwoOrgs('sqlite')
    ada = asking(world, world.ada)
    root = asking(world, { token: world.rootToken })
  })
  afterAll(() => world.dispose())

  const details = (sequence: string, resourceOwner = world.acme) => ({
    sequence,
    creationDate: time,
    changeDate: time,
    resourceOwner,
  })
  const newHuman = (more: object = {}) => {
    names += 1
    const profile = { givenName: 'A', familyName: 'B' }
    return { username: `user-${names}`, profile, email: { email: `user-${names}@b.ch` }, ...more }
  }
  const add = async (more: object = {}): Promise<string> =>
    (await ada('POST', '/users/human', newHuman(more))).body.userId
  const eventsOf = async (userId: string) =>
    (await world.directory.asSystem('test').events({ subject: { type: 'user', id: userId } })).map(({ type }) => type)
  const shown = async (userId: string): Promise<Json> => (await ada('GET', `/users/${userId}`)).body.user

  describe('AddHumanUser', () => {
    it('adds an active human whose e-mail is yet to be verified', async () => {
      const answer = await ada('POST', '/users/human', newHuman({ username: 'first' }))

      expect(answer).toMatchObject({ status: 200, body: { userId: expect.any(String), details: details('2') } })
      expect(Object.keys(answer.body)).toEqual(['userId', 'details'])
      expect(await eventsOf(answer.body.userId)).toEqual(['user.human.added', 'user.human.email.code.added'])
      expect(await shown(answer.body.userId)).toMatchObject({ state: 'USER_STATE_ACTIVE', username: 'first' })
    })

    it('takes the e-mail for the username where none is given, and the id it is given', async () => {
      const human = newHuman({ userId: 'my-own', username: undefined, email: { email: 'x@y.ch', isVerified: true } })

      expect((await ada('POST', '/users/human', human)).body.userId).toBe('my-own')
      expect(await shown('my-own')).toMatchObject({
        username: 'x@y.ch',
        preferredLoginName: 'x@y.ch',
        human: { email: { email: 'x@y.ch', isVerified: true } },
      })
      expect(await eventsOf('my-own')).toEqual(['user.human.added', 'user.human.email.verified'])
      expect(await ada('POST', '/users/human', newHuman({ userId: 'my-own' }))).toMatchObject({
        status: 400,
        body: zitadelErrorBody(9, 'COMMAND-7yiox1isql', 'Errors.User.AlreadyExisting'),
      })
    })

    it('keeps profile, phone, metadata and that there is a password', async () => {
      const userId = await add({
        profile: {
          givenName: ' Jane ',
          familyName: 'Doe',
          nickName: 'J',
          preferredLanguage: 'de_CH',
          gender: 'GENDER_FEMALE',
        },
        phone: { phone: '+41 71 000 00 00', isVerified: true },
        metadata: [
          { key: 'plan', value: base64('pro') },
          { key: '__proto__', value: base64('x') },
        ],
        password: { password: 'secret', changeRequired: true },
        idpLinks: [{ idpId: 'i', userId: 'u', userName: 'n' }],
        totpSecret: 'S',
      })

      expect((await shown(userId)).human).toEqual({
        profile: {
          givenName: 'Jane',
          familyName: 'Doe',
          nickName: 'J',
          displayName: 'Jane Doe',
          preferredLanguage: 'de-CH',
          gender: 'GENDER_FEMALE',
        },
        email: { email: expect.any(String) },
        phone: { phone: '+41710000000', isVerified: true },
        passwordChanged: time,
      })
      const { body } = await ada('POST', `/users/${userId}/metadata/search`, { pagination: { asc: true } })
      expect(body.metadata.map(({ key, value }: Json) => [key, value])).toEqual([
        ['__proto__', base64('x')],
        ['plan', base64('pro')],
      ])
    })

    it('adds to the org that the message names, by id or domain, whatever the header says', async () => {
      const guest = asking(world, world.guest)
      const ownerOf = async (organization: object, orgId?: string) =>
        (await guest('POST', '/users/human', newHuman({ organization }), orgId === undefined ? {} : { orgId })).body
          .details?.resourceOwner

      expect(await ownerOf({ orgId: world.beta })).toBe(world.beta)
      expect(await ownerOf({ orgId: world.beta }, 'nope')).toBe(world.beta)
      expect(await ownerOf({ orgDomain: 'BETA.localhost' }, world.acme)).toBe(world.beta)
      expect(await ownerOf({}, world.beta)).toBe(world.beta)
      expect(await ownerOf({ orgId: '' }, world.beta)).toBe(world.beta)
    })

    it.each([
      [{ orgId: 'nope' }, 403, zitadelErrorBody(7, 'AUTH-Bs7Ds', "Organisation doesn't exist")],
      [{ orgDomain: 'nope.localhost' }, 403, zitadelErrorBody(7, 'AUTH-Bs7Ds', "Organisation doesn't exist")],
      [{ orgDomain: 'beta.localhost' }, 404, zitadelErrorBody(5, 'AUTHZ-cdgFk', 'membership not found')],
    ])('refuses %j as it refuses the header', async (organization, status, body) => {
      expect(await ada('POST', '/users/human', newHuman({ organization }))).toMatchObject({ status, body })
    })

    it('refuses callers without user.write, before it says what is wrong', async () => {
      const viewer = asking(world, world.viewer)
      const plain = asking(world, world.plain)

      for (const body of [newHuman(), {}, newHuman({ profile: { givenName: ' ', familyName: 'B' } })]) {
        expect(await viewer('POST', '/users/human', body)).toMatchObject({
          status: 403,
          body: zitadelErrorBody(7, 'AUTH-5mWD2', 'No matching permissions found'),
        })
        expect(await plain('POST', '/users/human', body)).toMatchObject({
          status: 404,
          body: zitadelErrorBody(5, 'AUTHZ-cdgFk', 'membership not found'),
        })
      }
    })

    it.each([
      [{ profile: { givenName: ' ', familyName: 'B' } }, 400, 3, /USER-UCej2/],
      [{ profile: { givenName: 'A', familyName: ' ' } }, 400, 3, /USER-4hB7d/],
      [{ username: ' ' }, 400, 3, /V2-zzad3/],
      [{ profile: undefined }, 400, 3, /^invalid AddHumanUserRequest.Profile: value is required$/],
      [{ email: { email: 'nope' } }, 400, 3, /must be a valid email address/],
      [{ phone: { phone: 'x' } }, 400, 3, /PHONE-so0wa/],
      [{ phone: { phone: '+4171', isVerified: false } }, 400, 3, /value must equal true/],
      [{ metadata: [{ key: 'k' }] }, 400, 3, /value length must be between 1 and 500000 bytes/],
      [{ username: 'JANE' }, 409, 6, /V3-DKcYh/],
      [{ username: 'a\0' }, 400, 3, /NUL/],
    ])('refuses %j', async (more, status, code, message) => {
      const before = (await world.log()).length

      expect(await ada('POST', '/users/human', newHuman(more))).toMatchObject({
        status,
        body: { code, message: expect.stringMatching(message) },
      })
      expect((await world.log()).length).toBe(before)
    })
  })

  describe('GetUserByID', () => {
    it('shows a human', async () => {
      const { body, status } = await ada('GET', `/users/${world.human}`)

      expect(status).toBe(200)
      expect(body).toEqual({
        details: details('1'),
        user: {
          userId: world.human,
          details: details('1'),
          state: 'USER_STATE_ACTIVE',
          username: 'jane',
          loginNames: ['jane'],
          preferredLoginName: 'jane',
          human: {
            profile: {
              givenName: 'Jane',
              familyName: 'Doe',
              nickName: '',
              displayName: 'Jane Doe',
              preferredLanguage: 'und',
              gender: 'GENDER_UNSPECIFIED',
            },
            email: { email: 'jane@acme.example' },
            phone: {},
          },
        },
      })
    })

    it('shows a machine', async () => {
      expect((await ada('GET', `/users/${world.plain.userId}`)).body.user).toMatchObject({ machine: { name: 'plain' } })
    })

    it('finds a user of any org for the owner of the instance, whatever the header says', async () => {
      expect((await root('GET', `/users/${world.foreign}`)).body.user.username).toBe('mallory')
      expect((await root('GET', `/users/${world.human}`, undefined, { orgId: world.beta })).status).toBe(200)
    })
  })

  describe('UpdateHumanUser', () => {
    it('changes what the message holds and leaves the rest', async () => {
      const userId = await add({ profile: { givenName: 'A', familyName: 'B', nickName: 'N', gender: 'GENDER_MALE' } })

      const answer = await ada('PUT', `/users/human/${userId}`, {
        username: 'renamed',
        profile: { givenName: 'C', familyName: 'D', nickName: '' },
        phone: { phone: '+41 71', isVerified: true },
      })

      expect(answer).toMatchObject({ status: 200, body: { details: details('6') } })
      expect(await shown(userId)).toMatchObject({
        username: 'renamed',
        human: {
          profile: { givenName: 'C', familyName: 'D', nickName: '', displayName: 'A B', gender: 'GENDER_MALE' },
          phone: { phone: '+4171', isVerified: true },
        },
      })
    })

    it('verifies an e-mail that stays, takes a new one to be verified, notes a password, removes a phone', async () => {
      const userId = await add({ phone: { phone: '+4171' } })
      const { email } = (await shown(userId)).human.email
      const update = (body: object) => ada('PUT', `/users/human/${userId}`, body)

      await update({ email: { email, isVerified: true } })
      expect((await shown(userId)).human.email).toEqual({ email, isVerified: true })
      await update({
        email: { email: `other-${userId}@b.ch`, sendCode: {} },
        password: { password: { password: 'p' } },
      })
      expect((await shown(userId)).human).toMatchObject({
        email: { email: `other-${userId}@b.ch` },
        passwordChanged: time,
      })
      await update({ phone: {} })
      expect((await shown(userId)).human.phone).toEqual({})
      expect((await eventsOf(userId)).slice(3)).toEqual([
        'user.human.email.verified',
        'user.human.email.changed',
        'user.human.email.code.added',
        'user.human.password.changed',
        'user.human.phone.removed',
      ])
    })

    it('writes nothing where nothing differs', async () => {
      const userId = await add()
      const before = await eventsOf(userId)

      const answer = await ada('PUT', `/users/human/${userId}`, { profile: { givenName: 'A', familyName: 'B' } })

      expect(answer).toMatchObject({ status: 200, body: { details: { resourceOwner: world.acme } } })
      expect(await eventsOf(userId)).toEqual(before)
    })

    it.each([
      [{ password: {} }, 400, 3, /COMMAND-3klek4sbns/],
      [{ username: 'jane' }, 409, 6, /V3-DKcYh/],
      [{ phone: { phone: 'x' } }, 400, 3, /PHONE-so0wa/],
      [{ username: '' }, 400, 3, /value length must be between 1 and 200 runes/],
    ])('refuses %j', async (body, status, code, message) => {
      const userId = await add()

      expect(await ada('PUT', `/users/human/${userId}`, body)).toMatchObject({
        status,
        body: { code, message: expect.stringMatching(message) },
      })
    })

    it('knows no machine', async () => {
      expect(
        await ada('PUT', `/users/human/${world.plain.userId}`, { profile: { givenName: 'A', familyName: 'B' } }),
      ).toMatchObject({
        status: 404,
        body: zitadelErrorBody(5, 'COMMAND-ugjs0upun6', 'User could not be found'),
      })
    })
  })

  describe('SetEmail, SetPhone and RemovePhone', () => {
    it('set what is to be verified by a code that is sent, or is verified', async () => {
      const userId = await add()
      const email = `set-${userId}@b.ch`

      const set = await ada('POST', `/users/${userId}/email`, { email })
      expect(set).toMatchObject({ status: 200, body: { details: details('4') } })
      expect(Object.keys(set.body)).toEqual(['details'])
      await ada('POST', `/users/${userId}/email`, { email: `x${email}`, isVerified: true })
      await ada('POST', `/users/${userId}/phone`, { phone: '+4171', sendCode: {} })
      await ada('POST', `/users/${userId}/phone`, { phone: '+41 72', isVerified: true })

      expect((await shown(userId)).human).toMatchObject({
        email: { email: `x${email}`, isVerified: true },
        phone: { phone: '+4172', isVerified: true },
      })
      expect((await eventsOf(userId)).slice(2)).toEqual([
        'user.human.email.changed',
        'user.human.email.code.added',
        'user.human.email.changed',
        'user.human.email.verified',
        'user.human.phone.changed',
        'user.human.phone.code.added',
        'user.human.phone.changed',
        'user.human.phone.verified',
      ])
      expect(await ada('DELETE', `/users/${userId}/phone`)).toMatchObject({
        status: 200,
        body: { details: details('11') },
      })
      expect((await shown(userId)).human.phone).toEqual({})
      expect((await ada('DELETE', `/users/${userId}/phone`)).status).toBe(200)
      expect((await eventsOf(userId)).length).toBe(11)
    })

    it('take a number without a country for one of Switzerland, as all that take numbers do', async () => {
      const userId = await add({ phone: { phone: '071 000 00 01' } })
      const number = async () => (await shown(userId)).human.phone.phone
      expect(await number()).toBe('+41710000001')

      await ada('POST', `/users/${userId}/phone`, { phone: '071 000 00 02' })
      expect(await number()).toBe('+41710000002')
      await ada('PUT', `/users/human/${userId}`, { phone: { phone: '0041 71 000 00 03' } })
      expect(await number()).toBe('+41710000003')
    })

    it('refuse what stays the same, verified or not', async () => {
      const userId = await add({ phone: { phone: '+4171' } })
      const { email } = (await shown(userId)).human.email
      const before = await eventsOf(userId)

      for (const more of [{}, { isVerified: true }]) {
        expect(await ada('POST', `/users/${userId}/email`, { email, ...more })).toMatchObject({
          status: 400,
          body: zitadelErrorBody(9, 'COMMAND-Uch5e', 'Email not changed'),
        })
        expect(await ada('POST', `/users/${userId}/phone`, { phone: '+41 71', ...more })).toMatchObject({
          status: 400,
          body: zitadelErrorBody(9, 'COMMAND-Uch5e', 'Phone not changed'),
        })
      }
      expect(await eventsOf(userId)).toEqual(before)
    })

    it('refuse a user that is initial, and know no machine', async () => {
      const system = world.directory.asSystem('test')
      const { userId } = await system.users.createHuman({ orgId: world.acme, email: 'i@b.ch', state: 'initial' })
      const initial = zitadelErrorBody(9, 'COMMAND-uz0Uu', 'User is not yet initialized')
      const machine = world.plain.userId

      for (const [method, path, body] of [
        ['POST', 'email', { email: 'a@b.ch' }],
        ['POST', 'email', { email: 'a@b.ch', isVerified: true }],
        ['POST', 'phone', { phone: '+4171' }],
        ['POST', 'phone', { phone: '+4171', isVerified: true }],
        ['DELETE', 'phone', undefined],
      ] as const) {
        const what = path === 'email' ? 'Email' : 'Phone'
        expect(await ada(method, `/users/${userId}/${path}`, body)).toMatchObject({ status: 400, body: initial })
        expect(await ada(method, `/users/${machine}/${path}`, body)).toMatchObject({
          status: 404,
          body: zitadelErrorBody(5, 'COMMAND-ieJ2e', `${what} not found`),
        })
      }
    })

    it.each([
      ['email', { email: 'a@b.ch', isVerified: false }, 400, 3, /value must equal true/],
      ['phone', { phone: 'x' }, 400, 3, /PHONE-so0wa/],
      ['phone', { phone: ' ' }, 400, 3, /PHONE-Zt0NV/],
      ['phone', {}, 400, 3, /value length must be between 1 and 200 runes/],
      ['email', { email: 'a@b.ch', isVerified: true, returnCode: {} }, 400, 3, /oneof .* is already set/],
    ])('refuse for %s: %j', async (path, body, status, code, message) => {
      expect(await ada('POST', `/users/${world.human}/${path}`, body)).toMatchObject({
        status,
        body: { code, message: expect.stringMatching(message) },
      })
    })
  })

  describe('states', () => {
    it.each([
      ['lock', 'lock', 'COMMAND-lgws8wtsqf', 'User is not active or initial', 'USER_STATE_LOCKED'],
      ['deactivate', 'deactivate', 'COMMAND-5gunjw0cd7', 'User already inactive', 'USER_STATE_INACTIVE'],
    ])('%s, once', async (verb, again, id, text, state) => {
      const userId = await add()

      expect(await ada('POST', `/users/${userId}/${verb}`)).toMatchObject({
        status: 200,
        body: { details: details('3') },
      })
      expect((await shown(userId)).state).toBe(state)
      expect(await ada('POST', `/users/${userId}/${again}`, {})).toMatchObject({
        status: 400,
        body: zitadelErrorBody(9, id, text),
      })
    })

    it.each([
      ['unlock', 'lock', 'COMMAND-olb9vb0oca', 'User is not locked'],
      ['reactivate', 'deactivate', 'COMMAND-s5qqcz97hf', 'User is not inactive'],
    ])('%s, after %s', async (verb, before, id, text) => {
      const userId = await add()
      expect(await ada('POST', `/users/${userId}/${verb}`)).toMatchObject({
        status: 400,
        body: zitadelErrorBody(9, id, text),
      })
      await ada('POST', `/users/${userId}/${before}`)

      expect(await ada('POST', `/users/${userId}/${verb}`)).toMatchObject({
        status: 200,
        body: { details: details('4') },
      })
      expect((await shown(userId)).state).toBe('USER_STATE_ACTIVE')
    })

    it('refuses to deactivate a user that is initial', async () => {
      const system = world.directory.asSystem('test')
      const { userId } = await system.users.createHuman({ orgId: world.acme, state: 'initial' })

      expect(await ada('POST', `/users/${userId}/deactivate`)).toMatchObject({
        status: 400,
        body: zitadelErrorBody(9, 'COMMAND-gvx4kct9r2', 'User with state initial can only be deleted not deactivated'),
      })
    })

    it('removes a user, once', async () => {
      const userId = await add()

      expect(await ada('DELETE', `/users/${userId}`)).toMatchObject({ status: 200, body: { details: details('3') } })
      expect(await ada('DELETE', `/users/${userId}`)).toMatchObject({
        status: 404,
        body: zitadelErrorBody(5, 'COMMAND-bd4ir1mblj', 'User could not be found'),
      })
    })
  })

  describe('metadata', () => {
    const entry = (key: string, value = key) => ({ key, value: base64(value) })

    it('is set in bulk, listed newest first and removed by keys in the query', async () => {
      const path = `/users/${await add()}/metadata`

      const set = await ada('POST', path, { metadata: [entry('a'), entry('b')] })
      expect(set).toMatchObject({ status: 200, body: { setDate: time } })
      await ada('POST', path, { metadata: [entry('c'), entry('a', 'again')] })
      expect((await ada('POST', `${path}/search`, {})).body).toEqual({
        pagination: { totalResult: '3', appliedLimit: '100' },
        metadata: [
          { creationDate: time, changeDate: time, ...entry('c') },
          { creationDate: time, changeDate: time, ...entry('b') },
          { creationDate: time, changeDate: time, ...entry('a', 'again') },
        ],
      })
      expect(await ada('DELETE', `${path}?keys=a&keys=c`)).toMatchObject({ status: 200, body: { deletionDate: time } })
      expect((await ada('POST', `${path}/search`)).body.metadata.map(({ key }: Json) => key)).toEqual(['b'])
    })

    it('answers the time of the newest write where nothing differs', async () => {
      const path = `/users/${await add()}/metadata`
      const { body } = await ada('POST', path, { metadata: [entry('a')] })

      expect((await ada('POST', path, { metadata: [entry('a')] })).body).toEqual(body)
    })

    it.each([
      ['POST', '', { metadata: [] }, 400, 9, /META-9mm2d/],
      ['POST', '', { metadata: [{ key: 'a' }] }, 400, 3, /value length must be between 1 and 500000 bytes/],
      ['POST', '', { metadata: [{ key: '', value: 'YQ==' }] }, 400, 3, /value length must be between 1 and 200 runes/],
      ['DELETE', '', undefined, 400, 9, /META-9mm2d/],
      ['DELETE', '?keys=none', undefined, 404, 5, /META-2nnds/],
      ['DELETE', '?keys=', undefined, 400, 3, /value length must be between 1 and 200 runes/],
      ['POST', '/search', { pagination: { limit: 1001 } }, 400, 3, /QUERY-4M0fs/],
      ['POST', '/search', { filters: [{}] }, 400, 3, /value is required/],
    ])('refuses %s %s %j', async (method, path, body, status, code, message) => {
      expect(await ada(method, `/users/${world.human}/metadata${path}`, body)).toMatchObject({
        status,
        body: { code, message: expect.stringMatching(message) },
      })
    })
  })

  it('reports nothing as an error of ours', () => {
    expect(world.errors).toEqual([])
  })
})
