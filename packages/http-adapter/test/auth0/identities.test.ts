import type { DirectoryErrorCode } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectionId, exportUsers, importUsers } from '../../src/auth0'
import { type Auth0World, auth0World, managementClient } from './auth0-world'
import { refused } from './sdk-refusal'
import { emptyStorage, storageKinds } from './storages'

type Body = Record<string, unknown>

const connection = 'Username-Password-Authentication'
const jane = { user_id: 'jane', email: 'jane@example.com', given_name: 'Jane', user_metadata: { hobby: 'surfing' } }
const janet = {
  user_id: 'janet',
  email: 'janet@work.example',
  email_verified: true,
  username: 'janet',
  family_name: 'Doe',
  picture: 'https://example.com/janet.png',
  user_metadata: { hobby: 'chess' },
  app_metadata: { plan: 'full' },
}

const identities = '/users/auth0%7Cjane/identities'
const ofJanet = { provider: 'auth0', user_id: 'janet' }
const janesOwn = { connection, user_id: 'jane', provider: 'auth0', isSocial: false }
const janetsProfile = {
  email: 'janet@work.example',
  email_verified: true,
  name: 'janet@work.example',
  nickname: 'janet',
  family_name: 'Doe',
  username: 'janet',
  picture: 'https://example.com/janet.png',
}
const janets = { profileData: janetsProfile, connection, user_id: 'janet', provider: 'auth0', isSocial: false }

describe.each(storageKinds)('identities on %s', (kind) => {
  let world: Auth0World
  const cleanups: (() => Promise<void>)[] = []

  beforeEach(async () => {
    const { storage, dispose } = await emptyStorage(kind)
    cleanups.push(dispose)
    world = await auth0World({ storage, connections: { con_0123456789abcdef: 'customers' } })
    await world.call('POST', '/users', jane)
    await world.call('POST', '/users', janet)
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  const link = (body: Body = ofJanet) => world.call<Body[]>('POST', identities, body)
  const unlink = (provider: string, id: string) => world.call<Body[]>('DELETE', `${identities}/${provider}/${id}`)
  const userIds = async (query = '') =>
    (await world.call<Body[]>('GET', `/users?sort=user_id:1${query}`)).body.map(({ user_id }) => user_id)
  const found = (q: string) => userIds(`&q=${encodeURIComponent(q)}`)

  it('are answered with all their profiles when one is linked, and shown with those that were linked', async () => {
    const { status, body } = await link()

    expect(status).toBe(201)
    const profileData = { email: 'jane@example.com', email_verified: false, given_name: 'Jane' }
    expect(body).toEqual([
      { profileData: { ...profileData, name: 'jane@example.com', nickname: 'jane' }, ...janesOwn },
      janets,
    ])
    const { body: user } = await world.call('GET', '/users/auth0%7Cjane')
    expect(user).toMatchObject({ user_id: 'auth0|jane', identities: [janesOwn, janets], email: 'jane@example.com' })
    expect(user).toMatchObject({ user_metadata: { hobby: 'surfing' } })
    expect(user).not.toHaveProperty('app_metadata')
    expect(user.updated_at).not.toBe(user.created_at)
  })

  it('are no users any more', async () => {
    await link()

    expect(await world.call('GET', '/users/auth0%7Cjanet')).toMatchObject({ status: 404 })
    expect(await world.call('PATCH', '/users/auth0%7Cjanet', { blocked: true })).toMatchObject({ status: 404 })
    expect(await world.call('DELETE', '/users/auth0%7Cjanet')).toMatchObject({ status: 204 })
    expect(await userIds()).toEqual(['auth0|jane'])
    expect((await world.call('GET', '/users-by-email?email=janet@work.example')).body).toEqual([])
    expect((await world.call('GET', '/users/auth0%7Cjane')).body).toMatchObject({ identities: [janesOwn, janets] })
  })

  it('keep their ids, e-mails and usernames', async () => {
    await link()

    for (const body of [
      { user_id: 'janet', email: 'new@example.com' },
      { user_id: 'new', email: 'Janet@work.example' },
    ]) {
      expect(await world.call('POST', '/users', body)).toMatchObject({
        status: 409,
        body: { errorCode: 'auth0_idp_error' },
      })
    }
    const changed = await world.call('PATCH', '/users/auth0%7Cjane', { email: 'janet@work.example' })
    expect(changed).toMatchObject({ status: 400, body: { message: 'The specified new email already exists' } })
    expect(await world.call('POST', '/users', { email: 'n@example.com', username: 'janet' })).toMatchObject({
      status: 400,
    })
  })

  it('are users of their own again once they are unlinked, with their profile and without metadata', async () => {
    await link()

    const { status, body } = await unlink('auth0', 'janet')

    expect(status).toBe(200)
    expect(body).toMatchObject([{ profileData: { email: 'jane@example.com' }, ...janesOwn }])
    expect(body).toHaveLength(1)
    const { body: user } = await world.call('GET', '/users/auth0%7Cjanet')
    expect(user).toMatchObject({ ...janetsProfile, identities: [{ user_id: 'janet' }], user_id: 'auth0|janet' })
    expect(user.created_at).toBe(user.updated_at)
    expect(user).not.toHaveProperty('user_metadata')
    expect(user).not.toHaveProperty('app_metadata')
    expect(await link()).toMatchObject({ status: 201 })
  })

  it('are named with or without their provider when they are linked, and without it when they are unlinked', async () => {
    await world.directory.asSystem('test').users.createHuman({ userId: 'samlp|acme|7', userName: 'seven' })

    expect((await link({ provider: 'auth0', user_id: 'auth0|janet' })).body).toHaveLength(2)
    expect((await link({ provider: 'samlp', user_id: 'acme|7' })).body[2]).toMatchObject({
      connection,
      user_id: 'acme|7',
      provider: 'samlp',
    })
    expect((await unlink('auth0', 'auth0%7Cjanet')).body).toHaveLength(3)
    expect((await unlink('auth0', 'ghost')).body).toHaveLength(3)
    expect((await unlink('samlp', 'acme%7C7')).body).toHaveLength(2)
  })

  it('are of the connection that is named', async () => {
    const byConnection = (id: string) => link({ ...ofJanet, connection_id: id })

    expect(await byConnection('con_0000000000000000')).toMatchObject({
      status: 400,
      body: { errorCode: 'inexistent_connection' },
    })
    expect(await byConnection('con_0123456789abcdef')).toMatchObject({
      status: 404,
      body: { errorCode: 'inexistent_user' },
    })
    expect(await byConnection(connectionId(connection))).toMatchObject({ status: 201 })
  })

  it('are found by what is known of them', async () => {
    const { users } = world.directory.asSystem('test')
    await users.createHuman({
      userId: 'google-oauth2|77',
      userName: 'seventy',
      email: 'Seventy@Example.org',
      emailVerified: true,
      phone: '+4177',
      connection: 'google',
      displayName: 'Seventy Seven',
    })
    await users.createHuman({ userId: 'carol', userName: 'carol' })
    await users.createHuman({ userId: 'github|carl', userName: 'carl', connection: 'hub' })
    await link()
    await link({ provider: 'google-oauth2', user_id: '77' })

    for (const [q, ids] of [
      ['identities.connection:"google"', ['auth0|jane']],
      ['identities.connection:goo*', ['auth0|jane']],
      [`identities.connection:"${connection}"`, ['auth0|carol', 'auth0|jane']],
      ['identities.provider:"google-oauth2"', ['auth0|jane']],
      ['identities.provider:github', ['github|carl']],
      ['identities.provider:auth0', ['auth0|carol', 'auth0|jane']],
      ['identities.provider:sms', []],
      ['identities.user_id:77', ['auth0|jane']],
      ['identities.user_id:janet', ['auth0|jane']],
      ['identities.user_id:carol', ['auth0|carol']],
      ['identities.user_id:carl', ['github|carl']],
      ['identities.user_id:7', []],
      ['identities.isSocial:true', ['github|carl', 'auth0|jane']],
      ['identities.isSocial:false', ['auth0|carol', 'auth0|jane']],
      ['identities.isSocial:maybe', []],
      ['identities.profileData.email:"seventy@example.ORG"', ['auth0|jane']],
      ['identities.profileData.email:*@example.org', ['auth0|jane']],
      ['identities.profileData.email:"jane@example.com"', []],
      ['identities.profileData.email_verified:true', ['auth0|jane']],
      ['identities.profileData.name:"seventy seven"', ['auth0|jane']],
      ['identities.profileData.family_name:doe', ['auth0|jane']],
      ['identities.profileData.username:Janet', []],
      ['identities.profileData.username:janet', ['auth0|jane']],
      ['identities.profileData.phone_number:"+4177"', ['auth0|jane']],
      ['_exists_:identities.profileData.phone_number', ['auth0|jane']],
      ['_exists_:identities.profileData.given_name', []],
      ['_exists_:identities.connection', ['auth0|carol', 'github|carl', 'auth0|jane']],
      ['email:"janet@work.example"', []],
      ['NOT identities.provider:auth0', ['github|carl']],
    ] as const) {
      expect(await found(q), q).toEqual(ids)
    }
    await unlink('google-oauth2', '77')
    expect(await found('identities.connection:"google"')).toEqual(['google-oauth2|77'])
  })

  it('are exported with their user, and imported without', async () => {
    await link()
    const lines: string[] = []
    for await (const chunk of exportUsers(world.directory, { format: 'json' })) lines.push(String(chunk))
    const [exported, ...others] = lines.join('').trim().split('\n')
    expect(others).toEqual([])
    expect(JSON.parse(exported!)).toMatchObject({ user_id: 'auth0|jane', identities: [janesOwn, janets] })

    await world.call('DELETE', '/users/auth0%7Cjane')
    const result = await importUsers(world.directory, exported!, { format: 'auth0' })

    expect(result).toMatchObject({ inserted: 1, dropped: { identities: 1 } })
    expect((await world.call('GET', '/users/auth0%7Cjane')).body.identities).toEqual([janesOwn])
  })

  it('fail the row of an import that has their id or their e-mail', async () => {
    await link()
    const rows = [
      { email: 'janet@work.example', user_id: 'other' },
      { email: 'other@example.com', user_id: 'janet' },
    ]

    for (const upsert of [false, true]) {
      const codes: string[] = []
      const result = await importUsers(world.directory, JSON.stringify(rows), {
        format: 'auth0',
        upsert,
        onError: ({ errors }) => codes.push(...errors.map(({ code }) => code)),
      })
      expect(result).toMatchObject({ failed: 2, inserted: 0, updated: 0 })
      expect(codes).toEqual(upsert ? ['CONFLICT_EMAIL', 'CONFLICT'] : ['DUPLICATED_USER', 'DUPLICATED_USER'])
    }
    expect((await world.call('GET', '/users/auth0%7Cjane')).body).toMatchObject({ email: 'jane@example.com' })
  })

  it('go with their user', async () => {
    await link()

    await world.call('DELETE', '/users/auth0%7Cjane')

    expect(await userIds()).toEqual([])
    expect(await world.call('POST', '/users', janet)).toMatchObject({ status: 201 })
  })

  it('heed If-Match', async () => {
    const { headers } = await world.call('GET', '/users/auth0%7Cjane')
    await world.call('PATCH', '/users/auth0%7Cjane', { nickname: 'J' })

    const stale = await world.call('POST', identities, ofJanet, { headers: { 'if-match': headers.etag! } })
    expect(stale).toMatchObject({ status: 412, body: { errorCode: 'version_conflict' } })
    const linked = await world.call('POST', identities, ofJanet, { headers: { 'if-match': stale.headers.etag! } })
    expect(linked).toMatchObject({ status: 201, headers: { etag: '"5"' } })
    const path = `${identities}/auth0/janet`
    const again = await world.call('DELETE', path, undefined, { headers: { 'if-match': stale.headers.etag! } })
    expect(again).toMatchObject({ status: 412, headers: { etag: '"5"' } })
  })

  it('are of one user, who else wants them at the same time', async () => {
    await world.call('POST', '/users', { user_id: 'other', email: 'other@example.com' })

    const answers = await Promise.all(
      ['jane', 'other', 'jane', 'other'].map((id) => world.call('POST', `/users/auth0%7C${id}/identities`, ofJanet)),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    const users = await world.call<{ identities: unknown[] }[]>('GET', '/users')
    expect(users.body.map((user) => user.identities.length).sort()).toEqual([1, 2])
  })

  it('are nobody and nowhere twice, whatever else happens at the same time', async () => {
    const { users, orgs, members } = world.directory.asSystem('test')
    await orgs.create({ orgId: 'acme', name: 'Acme' })
    const done: DirectoryErrorCode[] = ['not_found', 'already_exists', 'invalid_state']
    const create = () => users.createHuman({ userId: 'janet', userName: 'another' })
    for (const racing of [
      [() => users.linkIdentity('jane', 'janet'), () => users.delete('janet')],
      [() => users.linkIdentity('jane', 'janet'), () => users.delete('jane')],
      [() => users.linkIdentity('jane', 'janet'), () => users.linkIdentity('janet', 'jane')],
      [() => users.linkIdentity('jane', 'janet'), create, create],
      [() => users.linkIdentity('jane', 'janet'), () => users.delete('janet'), create],
      [() => users.unlinkIdentity('jane', 'janet'), () => users.unlinkIdentity('jane', 'janet'), create],
      [() => users.unlinkIdentity('jane', 'janet'), () => users.delete('jane'), create],
      [
        () => users.linkIdentity('jane', 'janet'),
        () => users.metadata('janet').set({ a: 1 }),
        () => members.add({ userId: 'janet', roles: [] }),
        () => orgs.members('acme').add({ userId: 'janet', roles: [] }),
      ],
    ]) {
      for (let round = 0; round < 3; round += 1) {
        await users.delete('jane').catch(() => undefined)
        await users.delete('janet').catch(() => undefined)
        await users.createHuman({ userId: 'jane', userName: 'jane' })
        await users.createHuman({ userId: 'janet', userName: 'janet' })
        if (racing.length === 3 && racing[0] !== undefined && round % 2 === 0) {
          await users.linkIdentity('jane', 'janet')
        }

        const results = await Promise.allSettled(racing.map((call) => call()))

        const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
        expect(failed.filter((code) => !done.includes(code))).toEqual([])
        const { items } = await users.list()
        const linked = (await Promise.all(items.map(({ userId }) => users.identities(userId)))).flat()
        const ids = [...items, ...linked].map(({ userId }) => userId)
        expect(new Set(ids).size).toBe(ids.length)
        const known = new Set(items.map(({ userId }) => userId))
        const places = [...(await members.list()).items, ...(await orgs.members('acme').list()).items]
        expect(places.filter(({ userId }) => !known.has(userId))).toEqual([])
      }
    }
  })

  it('leave their names free when their org goes while others are linked', async () => {
    const { users, orgs } = world.directory.asSystem('test')
    const names = ['a', 'b', 'c', 'd']
    for (let round = 0; round < 3; round += 1) {
      await orgs.create({ orgId: 'acme', name: 'Acme' })
      for (const userId of ['one', ...names]) {
        await users.createHuman({
          userId,
          userName: userId,
          orgId: 'acme',
          connection: 'c',
          email: `${userId}@x.example`,
        })
      }
      await users.linkIdentity('one', 'a')
      await Promise.allSettled([
        users.linkIdentity('one', 'b'),
        users.linkIdentity('one', 'c'),
        orgs.delete('acme'),
        users.unlinkIdentity('one', 'a'),
        users.linkIdentity('one', 'd'),
      ])
      for (const userId of ['one', ...names]) {
        await users.createHuman({ userId, userName: userId, connection: 'c', email: `${userId}@x.example` })
        await users.delete(userId)
      }
    }
  })

  it('are linked and unlinked by the vendor’s SDK', async () => {
    const { client, close } = await managementClient(world)
    cleanups.push(close)

    const linked = await client.users.identities.link('auth0|jane', { provider: 'auth0', user_id: 'janet' })
    expect(linked).toMatchObject([janesOwn, janets])
    expect((await client.users.get('auth0|jane')).identities).toEqual([janesOwn, janets])
    expect(await refused(client.users.get('auth0|janet'))).toMatchObject({ statusCode: 404 })
    expect(
      await refused(client.users.identities.link('auth0|jane', { provider: 'auth0', user_id: 'janet' })),
    ).toMatchObject({ statusCode: 409, body: { errorCode: 'identity_conflict' } })
    expect(await client.users.identities.delete('auth0|jane', 'auth0', 'janet')).toMatchObject([janesOwn])
    expect((await client.users.get('auth0|janet')).email).toBe('janet@work.example')
  })
})

describe('identities are refused', () => {
  let world: Auth0World
  beforeEach(async () => {
    world = await auth0World()
    await world.call('POST', '/users', jane)
    await world.call('POST', '/users', janet)
  })

  const refusal = async (body: unknown, options?: Parameters<Auth0World['call']>[3]) => {
    const before = await world.countEvents()
    const answer = await world.call('POST', identities, body, options)
    expect(await world.countEvents()).toBe(before)
    return answer
  }

  it.each([
    ['nothing', {}, 'invalid_body'],
    ['no id', { provider: 'auth0' }, 'invalid_body'],
    ['no provider', { user_id: 'janet' }, 'invalid_body'],
    ['an empty id', { provider: 'auth0', user_id: '' }, 'invalid_body'],
    ['an id that is no text', { provider: 'auth0', user_id: 7 }, 'invalid_body'],
    ['an id with NUL', { provider: 'auth0', user_id: 'a\0' }, 'invalid_uri'],
    ['half of a surrogate pair', { provider: 'auth0', user_id: '\ud800' }, 'invalid_uri'],
    ['what is no id of a connection', { ...ofJanet, connection_id: 'con_1' }, 'invalid_body'],
    ['an unknown member', { ...ofJanet, __proto__: null, more: 1 }, 'invalid_body'],
    ['a list', [ofJanet], 'invalid_body'],
    ['an ID token', { link_with: 'eyJhbGciOiJub25lIn0.e30.' }, 'operation_not_supported'],
    ['the user itself', { provider: 'auth0', user_id: 'jane' }, 'operation_not_supported'],
  ])('for %s', async (_, body, errorCode) => {
    expect(await refusal(body)).toMatchObject({ status: 400, body: { errorCode } })
  })

  it('for users that do not exist, and for machines', async () => {
    await world.directory.asSystem('test').users.createMachine({ userId: 'robot', userName: 'robot', name: 'Robot' })
    const unknown = { status: 404, body: { errorCode: 'inexistent_user', message: 'The user does not exist.' } }

    for (const id of ['ghost', 'robot']) {
      expect(await refusal({ provider: 'auth0', user_id: id })).toMatchObject(unknown)
      expect(await world.call('POST', `/users/auth0%7C${id}/identities`, ofJanet)).toMatchObject(unknown)
      expect(await world.call('DELETE', `/users/auth0%7C${id}/identities/auth0/janet`)).toMatchObject(unknown)
    }
  })

  it('for what is linked already, and for who has identities', async () => {
    await world.call('POST', '/users', { user_id: 'other', email: 'other@example.com' })
    await world.call('POST', identities, ofJanet)

    expect(await refusal(ofJanet)).toMatchObject({ status: 409, body: { errorCode: 'identity_conflict' } })
    expect(await world.call('POST', '/users/auth0%7Cother/identities', ofJanet)).toMatchObject({ status: 409 })
    const nested = await world.call('POST', '/users/auth0%7Cother/identities', { provider: 'auth0', user_id: 'jane' })
    expect(nested).toMatchObject({ status: 400, body: { errorCode: 'operation_not_supported' } })
  })

  it('for users of different orgs of the directory', async () => {
    const system = world.directory.asSystem('test')
    await system.orgs.create({ orgId: 'acme', name: 'Acme' })
    await system.users.createHuman({ userId: 'eve', userName: 'eve', orgId: 'acme' })

    expect(await refusal({ provider: 'auth0', user_id: 'eve' })).toMatchObject({
      status: 400,
      body: { errorCode: 'operation_not_supported' },
    })
  })

  it('with a token of who was linked, unless its scopes open the route', async () => {
    const reader = world.asCaller({ userId: 'janet', scopes: ['read:users'] })
    const self = world.asCaller({ userId: 'janet', scopes: ['read:current_user'] })
    const stored = world.asCaller({ userId: 'janet' })
    await world.call('POST', identities, ofJanet)

    expect(await world.call('GET', '/users/auth0%7Cjane', undefined, { token: reader })).toMatchObject({ status: 200 })
    expect(await world.call('GET', '/users/auth0%7Cjane', undefined, { token: self })).toMatchObject({ status: 403 })
    expect(await world.call('GET', '/users/auth0%7Cjanet', undefined, { token: self })).toMatchObject({ status: 404 })
    expect(await world.call('GET', '/users/auth0%7Cjane', undefined, { token: stored })).toMatchObject({ status: 401 })
  })

  it('for the main identity', async () => {
    expect(await world.call('DELETE', `${identities}/auth0/jane`)).toMatchObject({
      status: 400,
      body: { errorCode: 'operation_not_supported' },
    })
  })

  it('without a scope for it; with the one for oneself users may unlink, but not take what may be another’s', async () => {
    const self = world.asCaller({ userId: 'jane', scopes: ['update:current_user_identities'] })
    const other = world.asCaller({ userId: 'janet', scopes: ['update:current_user_identities'] })
    const reader = world.asCaller({ userId: 'jane', scopes: ['read:users'] })
    const expected = 'Insufficient scope, expected any of: update:users,update:current_user_identities'

    expect(await refusal(ofJanet, { token: reader })).toMatchObject({ status: 403, body: { message: expected } })
    expect(await refusal(ofJanet, { token: other })).toMatchObject({
      status: 403,
      body: { message: 'User to be acted on does not match subject in bearer token.' },
    })
    expect(await refusal(ofJanet, { token: self })).toMatchObject({
      status: 403,
      body: { message: 'Insufficient scope, expected any of: update:users' },
    })
    expect(await refusal({ link_with: 'x' }, { token: self })).toMatchObject({ status: 400 })
    await world.call('POST', identities, ofJanet)
    expect(await world.call('DELETE', `${identities}/auth0/janet`, undefined, { token: other })).toMatchObject({
      status: 403,
    })
    expect(await world.call('DELETE', `${identities}/auth0/janet`, undefined, { token: self })).toMatchObject({
      status: 200,
    })
  })
})
