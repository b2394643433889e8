import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { places, worldsAt } from './places'
import { zitadelErrorBody as err, type Json, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)

const human = (changes: Json = {}): Json => ({
  userName: 't1',
  profile: { firstName: 'A', lastName: 'B' },
  email: { email: 'a@b.ch' },
  ...changes,
})
const verified = { email: 'a@b.ch', isEmailVerified: true }

describe.each(places)('ZITADEL users, vectors of the wire reference, on $storage by $host', (place) => {
  const open = worldsAt(place)
  let world: World
  const fields = (sequence: string) => ({ sequence, creationDate: time, changeDate: time, resourceOwner: world.acme })

  async function addHuman(changes: Json = {}): Promise<string> {
    const { status, body } = await world.manage('POST', '/users/human', { body: human(changes) })
    expect([status, body]).toEqual([200, body])
    return body.userId
  }
  async function addMachine(userName = 'm1'): Promise<string> {
    const { body } = await world.manage('POST', '/users/machine', { body: { userName, name: 'M' } })
    return body.userId
  }
  const getUser = async (userId: string) => (await world.manage('GET', `/users/${userId}`)).body.user
  const set = (userId: string, key: string, value: string) =>
    world.manage('POST', `/users/${userId}/metadata/${key}`, { body: { value } })

  beforeEach(async () => {
    world = await open()
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  it('vector 1: adds a human whose address is not verified', async () => {
    const { status, body, headers } = await world.manage('POST', '/users/human', { body: human() })

    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(body).toEqual({ userId: expect.stringMatching(/^\d{18}$/), details: fields('2') })
  })

  it('vector 2: adds an active human with a verified address and a password', async () => {
    const { body } = await world.manage('POST', '/users/human', {
      body: human({ email: verified, initialPassword: 'Secret-1!' }),
    })

    expect(body.details.sequence).toBe('2')
    expect(await getUser(body.userId)).toMatchObject({
      state: 'USER_STATE_ACTIVE',
      details: { sequence: '2' },
      human: { email: verified, passwordChanged: time },
    })
  })

  it('vector 3: leaves a human without a password initial', async () => {
    const { body } = await world.manage('POST', '/users/human', { body: human({ email: verified }) })

    expect(body.details.sequence).toBe('3')
    expect(await getUser(body.userId)).toMatchObject({ state: 'USER_STATE_INITIAL', details: { sequence: '2' } })
  })

  it('vector 4: gets a human', async () => {
    const id = await addHuman()

    expect(await world.manage('GET', `/users/${id}`)).toMatchObject({
      status: 200,
      body: {
        user: {
          id,
          details: fields('1'),
          state: 'USER_STATE_INITIAL',
          userName: 't1',
          loginNames: ['t1'],
          preferredLoginName: 't1',
          human: {
            profile: { firstName: 'A', lastName: 'B', displayName: 'A B', preferredLanguage: 'und' },
            email: { email: 'a@b.ch' },
            phone: {},
          },
        },
      },
    })
    const { profile, email } = (await getUser(id)).human
    expect(profile).not.toHaveProperty('gender')
    expect(email).not.toHaveProperty('isEmailVerified')
  })

  it('vector 5: refuses a user name that differs by case only', async () => {
    await addHuman()

    const { status, body } = await world.manage('POST', '/users/human', {
      body: human({ userName: 'T1', email: { email: 'other@b.ch' } }),
    })

    expect([status, body]).toEqual([409, err(6, 'V3-DKcYh', 'User already exists')])
  })

  it.each([
    ['vector 6', { email: undefined }, 'invalid AddHumanUserRequest.Email: value is required'],
    [
      'vector 7',
      { profile: { firstName: '', lastName: 'B' } },
      'invalid AddHumanUserRequest.Profile: embedded message failed validation | caused by: invalid AddHumanUserRequest_Profile.FirstName: value length must be between 1 and 200 runes, inclusive',
    ],
    [
      'vector 9',
      { phone: { phone: '0710000000' } },
      'invalid AddHumanUserRequest.Phone: embedded message failed validation | caused by: invalid AddHumanUserRequest_Phone.Phone: value does not have prefix "+"',
    ],
  ])('%s: refuses what breaks a field rule', async (_, changes, message) => {
    const { status, body } = await world.manage('POST', '/users/human', { body: human(changes) })

    expect([status, body]).toEqual([400, { code: 3, message }])
  })

  it.each([
    [{ userName: '   ' }, err(3, 'V2-zzad3', 'Errors.Invalid.Argument')],
    [{ profile: { firstName: ' ', lastName: 'B' } }, err(3, 'USER-UCej2', 'Given name in profile is empty')],
    [{ profile: { firstName: 'A', lastName: ' ' } }, err(3, 'USER-4hB7d', 'Family name in profile is empty')],
    [{ email: { email: 'A <a@b.ch>' } }, err(3, 'EMAIL-599BI', 'Email is invalid')],
    [{ phone: { phone: '+call me' } }, err(3, 'PHONE-so0wa', 'Phone is invalid')],
    [{ phone: { phone: '+41 71 000 00 00 at work' } }, err(3, 'PHONE-so0wa', 'Phone is invalid')],
    [{ phone: { phone: '+412345678901234567' } }, err(3, 'PHONE-so0wa', 'Phone is invalid')],
    [{ phone: { phone: '+41\u000071' } }, err(3, 'PHONE-so0wa', 'Phone is invalid')],
  ])('vector 8: refuses %j', async (changes, expected) => {
    const { status, body } = await world.manage('POST', '/users/human', { body: human(changes) })

    expect([status, body]).toEqual([400, expected])
  })

  it('refuses a text that no database can hold', async () => {
    const { status, body } = await world.manage('POST', '/users/human', { body: human({ userName: 'a\u0000' }) })

    expect([status, body]).toEqual([
      400,
      { code: 3, message: 'userName: must not hold NUL or half of a surrogate pair' },
    ])
  })

  it('trims names and makes a display name of them', async () => {
    const id = await addHuman({
      userName: ' t1 ',
      profile: {
        firstName: ' A ',
        lastName: ' B ',
        displayName: ' ',
        gender: 'GENDER_FEMALE',
        preferredLanguage: 'DE',
      },
    })

    expect(await getUser(id)).toMatchObject({
      userName: 't1',
      human: {
        profile: {
          firstName: 'A',
          lastName: 'B',
          displayName: 'A B',
          gender: 'GENDER_FEMALE',
          preferredLanguage: 'de',
        },
      },
    })
  })

  it('vector 10: normalizes a phone number', async () => {
    const { body } = await world.manage('POST', '/users/human', {
      body: human({ phone: { phone: '+41 71 000 00 00', isPhoneVerified: true } }),
    })

    expect(body.details.sequence).toBe('3')
    expect((await world.manage('GET', `/users/${body.userId}/phone`)).body).toEqual({
      details: fields('3'),
      phone: { phone: '+41710000000', isPhoneVerified: true },
    })
  })

  it.each(['+41 071 000 00 00', '+41 (0)71 000 00 00', '+41 71 000 00 00 ext. 5'])(
    'vector 10: takes %s for +41710000000 wherever a number comes in',
    async (phone) => {
      const invalid = { status: 400, body: err(3, 'PHONE-so0wa', 'Phone is invalid') }
      const ways = [
        ['POST', '/management/v1/users/human/_import', (number: string) => human({ phone: { phone: number } })],
        [
          'PUT',
          `/management/v1/users/${await addHuman({ userName: 'u' })}/phone`,
          (number: string) => ({ phone: number }),
        ],
        [
          'POST',
          '/admin/v1/orgs/_setup',
          (number: string) => ({ org: { name: 'New' }, human: human({ userName: 's', phone: { phone: number } }) }),
        ],
      ] as const
      for (const [method, path, bodyWith] of ways) {
        expect(await world.call(method, path, { body: bodyWith('+no') })).toMatchObject(invalid)
        expect(await world.call(method, path, { body: bodyWith(phone) })).toMatchObject({ status: 200 })
      }

      const { items } = await world.directory.asSystem('test').users.list({
        filter: { op: 'equals', field: 'type', value: 'human' },
      })
      expect(items.map((user) => user.phone)).toEqual(ways.map(() => '+41710000000'))
    },
  )

  it('vector 11: takes snake case names and drops unknown members', async () => {
    const { status } = await world.manage('POST', '/users/human', {
      body: { user_name: 't1', profile: { first_name: 'A', last_name: 'B' }, email: { email: 'a@b.ch' }, foo: 1 },
    })

    expect(status).toBe(200)
  })

  it.each([
    ['vector 12', '{"userName":"a","user_name":"b"}', 'duplicate field'],
    ['vector 12', '{"userName":"a","userName":"b"}', 'duplicate field'],
    ['vector 13', '{"userName":', 'unexpected EOF'],
  ])('%s: refuses %s', async (_, body, text) => {
    const answer = await world.manage('POST', '/users/human', { body })

    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ code: 3, message: expect.stringContaining(text) })
  })

  it('vector 14: does not find an unknown user', async () => {
    const { status, body } = await world.manage('GET', '/users/unknown')

    expect([status, body]).toEqual([404, err(5, 'QUERY-Dfbg2', 'User could not be found')])
  })

  it('vector 15: adds a machine', async () => {
    const { status, body } = await world.manage('POST', '/users/machine', {
      body: { userName: 'm1', name: 'M', description: 'd', accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
    })

    expect([status, body]).toEqual([200, { userId: expect.any(String), details: fields('1') }])
    expect(await getUser(body.userId)).toEqual({
      id: body.userId,
      details: fields('1'),
      state: 'USER_STATE_ACTIVE',
      userName: 'm1',
      loginNames: ['m1'],
      preferredLoginName: 'm1',
      machine: { name: 'M', description: 'd', accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
    })
  })

  it('vector 16: refuses the id of another user', async () => {
    const userId = await addMachine()

    const { status, body } = await world.manage('POST', '/users/machine', {
      body: { userName: 'm2', name: 'M', userId },
    })

    expect([status, body]).toEqual([400, err(9, 'COMMAND-k2una', 'Errors.User.AlreadyExisting')])
  })

  it('vectors 17 and 18: renames a user, by case too, but not to the name it has', async () => {
    const id = await addMachine()
    const rename = (userName: string) => world.manage('PUT', `/users/${id}/username`, { body: { userName } })

    expect(await rename('m1')).toMatchObject({ status: 400, body: err(9, 'COMMAND-6m9gs', 'Username not changed') })
    expect(await rename('  ')).toMatchObject({ status: 400, body: err(3, 'COMMAND-2N9fs', 'ID missing') })
    expect(await rename('M1')).toMatchObject({ status: 200, body: { details: fields('2') } })
    expect((await getUser(id)).preferredLoginName).toBe('M1')
    expect(await rename('ROOT')).toMatchObject({ status: 409, body: err(6, 'V3-DKcYh', 'User already exists') })
  })

  it('vectors 19 and 20: replaces the profile of a human', async () => {
    const id = await addHuman({ profile: { firstName: 'A', lastName: 'B', nickName: 'N', gender: 2 } })
    const machine = await addMachine()
    const update = (userId: string, body: Json) => world.manage('PUT', `/users/${userId}/profile`, { body })
    const stored = { firstName: 'A', lastName: 'B', displayName: 'A B', nickName: 'N', gender: 'GENDER_MALE' }

    expect(await update(id, stored)).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-2M0fs', 'Profile not changed'),
    })
    expect(await update(machine, stored)).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-3M9sd', 'Profile not found'),
    })
    expect(await update(id, { firstName: 'C', lastName: 'B', displayName: 'C B' })).toMatchObject({
      status: 200,
      body: { details: fields('3') },
    })
    expect((await world.manage('GET', `/users/${id}/profile`)).body).toEqual({
      details: fields('3'),
      profile: { firstName: 'C', lastName: 'B', displayName: 'C B', preferredLanguage: 'und' },
    })
  })

  it('vector 21: has no profile, address or number of a machine', async () => {
    const id = await addMachine()

    for (const [part, errorId] of [
      ['profile', 'QUERY-WLTce'],
      ['email', 'QUERY-pt7HY'],
      ['phone', 'QUERY-hliQl'],
    ] as const) {
      const { status, body } = await world.manage('GET', `/users/${id}/${part}`)
      expect([status, body]).toEqual([400, err(9, errorId, 'The User must be personal')])
    }
  })

  it('changes the address of a human that is initialized', async () => {
    const initial = await addHuman()
    const id = await addHuman({ userName: 't2', email: verified, initialPassword: 'x' })
    const update = (userId: string, body: Json) => world.manage('PUT', `/users/${userId}/email`, { body })

    expect(await update(initial, { email: 'c@b.ch' })).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-J8dsk', 'User is not yet initialized'),
    })
    expect(await update(id, { email: 'a@b.ch' })).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-2b7fM', 'Email not changed'),
    })
    expect(await update(id, { email: 'c@b.ch' })).toMatchObject({ status: 200, body: { details: fields('4') } })
    expect((await world.manage('GET', `/users/${id}/email`)).body).toEqual({
      details: fields('3'),
      email: { email: 'c@b.ch' },
    })
    expect(await update(id, { email: 'c@b.ch', isEmailVerified: true })).toMatchObject({
      status: 200,
      body: { details: fields('5') },
    })
    expect((await getUser(id)).human.email).toEqual({ email: 'c@b.ch', isEmailVerified: true })
    expect(await update(await addMachine(), { email: 'c@b.ch' })).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-0Pe4r', 'Email not found'),
    })
  })

  it('vector 22: changes a machine', async () => {
    const id = await addMachine()
    const update = (userId: string, body: Json) => world.manage('PUT', `/users/${userId}/machine`, { body })

    expect(await update(id, { name: 'M' })).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-2n8vs', 'Errors.User.NotChanged'),
    })
    expect(await update(id, { name: 'N', description: 'd' })).toMatchObject({
      status: 200,
      body: { details: fields('2') },
    })
    expect((await getUser(id)).machine).toEqual({ name: 'N', description: 'd' })
    expect(await update(await addHuman(), { name: 'N' })).toMatchObject({
      status: 404,
      body: err(5, 'COMMAND-5M0od', 'User could not be found'),
    })
  })

  it('vectors 23 to 26: moves a machine through its states', async () => {
    const id = await addMachine()
    const to = (verb: string) => world.manage('POST', `/users/${id}/_${verb}`)

    expect(await to('deactivate')).toMatchObject({ status: 200, body: { details: fields('2') } })
    expect(await to('deactivate')).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-5M0sf', 'User already inactive'),
    })
    expect(await to('lock')).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-3NN8v', 'User is not active or initial'),
    })
    expect((await getUser(id)).state).toBe('USER_STATE_INACTIVE')
    expect(await to('reactivate')).toMatchObject({ status: 200, body: { details: fields('3') } })
    expect(await to('reactivate')).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-6M0sf', 'User is not inactive'),
    })
    expect(await to('unlock')).toMatchObject({ status: 400, body: err(9, 'COMMAND-4M0ds', 'User is not locked') })
  })

  it('vector 27: forgets a lock when a user is deactivated', async () => {
    const id = await addMachine()

    for (const verb of ['lock', 'deactivate', 'reactivate']) {
      expect((await world.manage('POST', `/users/${id}/_${verb}`, { body: {} })).status).toBe(200)
    }

    expect(await getUser(id)).toMatchObject({ state: 'USER_STATE_ACTIVE', details: { sequence: '4' } })
  })

  it('refuses to deactivate a user that is initial, and unlocks it to active', async () => {
    const id = await addHuman()
    const to = (verb: string) => world.manage('POST', `/users/${id}/_${verb}`)

    expect(await to('deactivate')).toMatchObject({
      status: 404,
      body: err(5, 'COMMAND-ke0fw', 'User with state initial can only be deleted not deactivated'),
    })
    expect((await to('lock')).status).toBe(200)
    expect((await to('unlock')).status).toBe(200)
    expect((await getUser(id)).state).toBe('USER_STATE_ACTIVE')
  })

  it('vector 28: sets and removes the number of a human', async () => {
    const id = await addHuman()
    const phone = (method: string, body?: Json, userId = id) => world.manage(method, `/users/${userId}/phone`, { body })

    expect(await phone('DELETE')).toMatchObject({ status: 404, body: err(5, 'COMMAND-p6rsc', 'Phone not found') })
    expect(await phone('PUT', { phone: '+41 12' })).toMatchObject({ status: 200, body: { details: fields('4') } })
    expect(await phone('PUT', { phone: '+4112' })).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-wF94r', 'Phone not changed'),
    })
    expect(await phone('PUT', { phone: '+4112', isPhoneVerified: true })).toMatchObject({ status: 200 })
    expect((await phone('GET')).body.phone).toEqual({ phone: '+4112', isPhoneVerified: true })
    expect(await phone('PUT', { phone: '+no' })).toMatchObject({
      status: 400,
      body: err(3, 'PHONE-so0wa', 'Phone is invalid'),
    })
    expect(await phone('DELETE')).toMatchObject({ status: 200, body: { details: fields('6') } })
    expect((await phone('GET')).body.phone).toEqual({})
    expect(await phone('PUT', { phone: '+4112' }, 'unknown')).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-3M0fs', 'User could not be found'),
    })
  })

  it('vector 29: sets metadata', async () => {
    const id = await addMachine()

    const { status, body } = await set(id, 'k1', 'dmFsdWU=')

    expect([status, body]).toEqual([200, { details: fields('2') }])
  })

  it('vector 30: writes nothing when the value is there already', async () => {
    const id = await addMachine()
    const first = await set(id, 'k1', 'dmFsdWU=')
    const before = await world.log()

    const again = await set(id, 'k1', 'dmFsdWU=')

    expect(again).toMatchObject({ status: 200, body: { details: { sequence: '2' } } })
    expect(again.body.details).toEqual(first.body.details)
    expect(await world.log()).toEqual(before)
  })

  it('vector 31: reads URL-safe base64 and writes the standard alphabet', async () => {
    const id = await addMachine()
    await set(id, 'k2', '_-8')

    expect((await world.manage('GET', `/users/${id}/metadata/k2`)).body.metadata.value).toBe('/+8=')
  })

  it.each([
    ['vector 32', 'k3', { value: '***' }, 'invalid value for bytes field value'],
    [
      'vector 33',
      'k3',
      {},
      'invalid SetUserMetadataRequest.Value: value length must be between 1 and 500000 bytes, inclusive',
    ],
    [
      'vector 34',
      'k'.repeat(201),
      { value: 'YQ==' },
      'invalid SetUserMetadataRequest.Key: value length must be between 1 and 200 runes, inclusive',
    ],
  ])('%s: refuses a malformed entry', async (_, key, body, text) => {
    const id = await addMachine()

    const answer = await world.manage('POST', `/users/${id}/metadata/${key}`, { body })

    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ code: 3, message: expect.stringContaining(text) })
  })

  it('vector 34: counts a key in code points', async () => {
    const id = await addMachine()
    const key = encodeURIComponent('😀'.repeat(200))

    expect((await set(id, key, 'YQ==')).status).toBe(200)
    expect((await world.manage('GET', `/users/${id}/metadata/${key}`)).body.metadata.key).toBe('😀'.repeat(200))
  })

  it('takes the longest value', async () => {
    const id = await addMachine()
    const value = Buffer.alloc(500_000, 1).toString('base64')

    expect((await set(id, 'long', value)).status).toBe(200)
    expect((await world.manage('GET', `/users/${id}/metadata/long`)).body.metadata.value).toBe(value)
    expect((await set(id, 'long', Buffer.alloc(500_001, 1).toString('base64'))).status).toBe(400)
  })

  it('vector 35: refuses to set metadata of an unknown user', async () => {
    const { status, body } = await set('unknown', 'k', 'YQ==')

    expect([status, body]).toEqual([400, err(9, 'COMMAND-uXHNj', 'User could not be found')])
  })

  it('vectors 36 and 37: gets one entry', async () => {
    const id = await addMachine()
    await set(id, 'k1', 'dmFsdWU=')

    expect((await world.manage('GET', `/users/${id}/metadata/k1`)).body).toEqual({
      metadata: { details: fields('2'), key: 'k1', value: 'dmFsdWU=' },
    })
    expect(await world.manage('GET', `/users/${id}/metadata/none`)).toMatchObject({
      status: 404,
      body: err(5, 'QUERY-Rgh32', 'Metadata not found'),
    })
  })

  it('keeps when an entry came to be while it changes', async () => {
    let now = 1_000_000_000_000
    await world.close()
    world = await open({ clock: () => now })
    const id = await addMachine()
    const { body: first } = await set(id, 'k', 'YQ==')
    now += 5000

    const { body: second } = await set(id, 'k', 'Yg==')

    expect(second.details).toMatchObject({
      sequence: '3',
      creationDate: first.details.creationDate,
      changeDate: '2001-09-09T01:46:45Z',
    })
    expect((await world.manage('GET', `/users/${id}/metadata/k`)).body.metadata.details).toEqual(second.details)
  })

  it('vectors 38 and 39: searches metadata, oldest first', async () => {
    const id = await addMachine()
    await set(id, 'k2', 'YQ==')
    await set(id, 'k1', 'Yg==')
    await set(id, 'other', 'Yw==')
    const search = (body?: Json) => world.manage('POST', `/users/${id}/metadata/_search`, { body })
    const keyQuery = (key: string, method?: string) => ({ queries: [{ keyQuery: { key, method } }] })

    expect(await search(keyQuery('k', 'TEXT_QUERY_METHOD_STARTS_WITH'))).toEqual({
      status: 200,
      headers: expect.anything(),
      body: {
        details: { totalResult: '2', viewTimestamp: time },
        result: [
          { details: fields('2'), key: 'k2', value: 'YQ==' },
          { details: fields('3'), key: 'k1', value: 'Yg==' },
        ],
      },
    })
    expect((await search(keyQuery('k1'))).body.result).toHaveLength(1)
    expect((await search(keyQuery('K', 'TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE'))).body.result).toHaveLength(2)
    expect((await search(keyQuery('%', 'TEXT_QUERY_METHOD_CONTAINS'))).body).toEqual({
      details: { viewTimestamp: time },
    })
    expect((await search({ query: { offset: '1', limit: 1 } })).body).toMatchObject({
      details: { totalResult: '3' },
      result: [{ key: 'k1' }],
    })
    expect(await search({ queries: [{}] })).toMatchObject({
      status: 400,
      body: {
        code: 3,
        message:
          'invalid ListUserMetadataRequest.Queries[0]: embedded message failed validation | caused by: invalid MetadataQuery.Query: value is required',
      },
    })
    expect((await search()).body.details.totalResult).toBe('3')
  })

  describe('in bulk', () => {
    let id: string
    const bulk = (method: 'POST' | 'DELETE', body?: Json, userId = id) =>
      world.manage(method, `/users/${userId}/metadata/_bulk`, { body })
    const a1 = { key: 'a', value: 'MQ==' }
    const b2 = { key: 'b', value: 'Mg==' }

    beforeEach(async () => {
      id = await addMachine()
    })

    it('vector 40: sets two entries', async () => {
      expect(await bulk('POST', { metadata: [a1, b2] })).toMatchObject({ status: 200, body: { details: fields('3') } })
    })

    it('vector 41: refuses an empty list, of an unknown user too', async () => {
      for (const userId of [id, 'unknown']) {
        for (const [method, body] of [
          ['POST', { metadata: [] }],
          ['POST', undefined],
          ['DELETE', { keys: [] }],
          ['DELETE', undefined],
        ] as const) {
          const answer = await bulk(method, body, userId)
          expect([answer.status, answer.body]).toEqual([400, err(9, 'META-9mm2d', 'Metadata list is empty')])
        }
      }
    })

    it('vector 42: sets one key twice, the last one counts', async () => {
      expect(await bulk('POST', { metadata: [a1, { key: 'a', value: 'Mw==' }] })).toMatchObject({
        status: 200,
        body: { details: { sequence: '3' } },
      })
      expect((await world.manage('GET', `/users/${id}/metadata/a`)).body.metadata.value).toBe('Mw==')
    })

    it('vector 43: stores nothing when one entry breaks a rule', async () => {
      expect(await bulk('POST', { metadata: [a1, { key: '', value: 'MQ==' }] })).toMatchObject({
        status: 400,
        body: {
          code: 3,
          message:
            'invalid BulkSetUserMetadataRequest.Metadata[1]: embedded message failed validation | caused by: invalid BulkSetUserMetadataRequest_Metadata.Key: value length must be between 1 and 200 runes, inclusive',
        },
      })
      expect((await world.manage('GET', `/users/${id}/metadata/a`)).status).toBe(404)
    })

    it('vectors 44 and 45: removes all of the keys or none', async () => {
      await bulk('POST', { metadata: [a1, b2] })

      expect(await bulk('DELETE', { keys: ['a', 'none'] })).toMatchObject({
        status: 404,
        body: err(5, 'META-2nnds', 'One or more keys do not exist'),
      })
      expect((await world.manage('GET', `/users/${id}/metadata/a`)).status).toBe(200)
      expect(await bulk('DELETE', { keys: ['a', 'b'] })).toMatchObject({
        status: 200,
        body: { details: { sequence: '5' } },
      })
    })

    it('removes one key twice with two events', async () => {
      await bulk('POST', { metadata: [a1] })

      expect(await bulk('DELETE', { keys: ['a', 'a'] })).toMatchObject({
        status: 200,
        body: { details: { sequence: '4' } },
      })
    })

    it('refuses more than 10,000 entries', async () => {
      const metadata = Array.from({ length: 10_001 }, (_, index) => ({ key: `k${index}`, value: 'MQ==' }))

      expect(await bulk('POST', { metadata })).toMatchObject({
        status: 400,
        body: { code: 3, message: 'metadata.changes is 10001, at most 10000 allowed' },
      })
      expect((await bulk('POST', { metadata: metadata.slice(1) })).body.details.sequence).toBe('10001')
    })

    it('skips entries that are there already', async () => {
      await bulk('POST', { metadata: [a1] })

      expect((await bulk('POST', { metadata: [a1, b2] })).body.details.sequence).toBe('3')
      expect((await bulk('POST', { metadata: [a1, b2] })).body.details.sequence).toBe('3')
    })

    it('reaches the keys _bulk and _search, which no other way of setting reaches', async () => {
      await bulk('POST', {
        metadata: [
          { key: '_bulk', value: 'MQ==' },
          { key: '_search', value: 'Mg==' },
        ],
      })

      expect((await world.manage('GET', `/users/${id}/metadata/_bulk`)).body.metadata.value).toBe('MQ==')
      expect((await world.manage('DELETE', `/users/${id}/metadata/_search`)).status).toBe(200)
    })
  })

  it('vectors 46 and 47: removes an entry, which can be set again', async () => {
    const id = await addMachine()
    const { details } = (await set(id, 'k1', 'dmFsdWU=')).body
    const remove = (key: string) => world.manage('DELETE', `/users/${id}/metadata/${key}`)

    expect(await remove('none')).toMatchObject({ status: 404, body: err(5, 'META-ncnw3', 'Metadata not found') })
    expect(await remove('k1')).toMatchObject({ status: 200, body: { details: fields('3') } })
    expect(await set(id, 'k1', 'dmFsdWU=')).toMatchObject({ status: 200, body: { details: fields('4') } })
    const { body } = await world.manage('GET', `/users/${id}/metadata/k1`)
    expect(body.metadata).toEqual({ details: fields('4'), key: 'k1', value: 'dmFsdWU=' })
    expect(Date.parse(body.metadata.details.creationDate)).toBeGreaterThan(Date.parse(details.creationDate))
  })

  it('vector 48: shows the sequence of a user without its metadata', async () => {
    const id = await addMachine()
    await set(id, 'k1', 'dmFsdWU=')

    expect((await getUser(id)).details.sequence).toBe('1')
  })

  it('vectors 49 to 51: lists what happened to a user', async () => {
    const id = await addMachine('m1')
    await set(id, 'k1', 'dmFsdWU=')
    const changes = (query: Json, userId = id) =>
      world.manage('POST', `/users/${userId}/changes/_search`, { body: { query } })

    expect((await changes({ asc: true, limit: 1 })).body).toEqual({
      result: [
        {
          changeDate: time,
          eventType: { key: 'EventTypes.user.machine.added', localizedMessage: 'Technical user added' },
          sequence: '1',
          editorId: world.rootId,
          editorDisplayName: 'Root',
          editorPreferredLoginName: 'root',
          resourceOwnerId: world.acme,
        },
      ],
    })
    expect((await changes({ sequence: '1', asc: true })).body.result[0].sequence).toBe('2')
    expect((await changes({})).body.result.map(({ sequence }: Json) => sequence)).toEqual(['2', '1'])
    expect((await changes({}, 'unknown')).body).toEqual({})
    expect((await changes({ sequence: '1' })).body.result).toHaveLength(1)
    for (const asc of [false, true]) {
      expect((await changes({ sequence: '18446744073709551615', asc })).body).toEqual({})
    }
    expect((await changes({ asc: true, limit: 1 }, world.rootId)).body.result[0].editorId).toBe('SYSTEM')
    expect(await changes({ limit: 1001 })).toMatchObject({
      status: 400,
      body: err(3, 'QUERY-4M0fs', 'Limit exceeded'),
    })
  })

  it('vectors 52 to 54: removes a user, whose name is free then', async () => {
    const id = await addMachine('M1')
    await set(id, 'k', 'YQ==')

    expect(await world.manage('DELETE', `/users/${id}`)).toMatchObject({ status: 200, body: { details: fields('3') } })
    expect(await world.manage('DELETE', `/users/${id}`)).toMatchObject({
      status: 404,
      body: err(5, 'COMMAND-m9od', 'User could not be found'),
    })
    expect((await world.manage('POST', '/users/machine', { body: { userName: 'M1', name: 'M' } })).status).toBe(200)
  })

  it('vector 53: answers for a removed user as each endpoint does', async () => {
    const id = await addHuman({ phone: { phone: '+4112' } })
    await set(id, 'k', 'YQ==')
    await world.manage('DELETE', `/users/${id}`)

    const gone: readonly (readonly [string, string, Json, number, number, string])[] = [
      ['GET', '', undefined, 404, 5, 'QUERY-Dfbg2'],
      ['GET', '/profile', undefined, 404, 5, 'QUERY-HNhb3'],
      ['GET', '/email', undefined, 404, 5, 'QUERY-Hms2s'],
      ['GET', '/phone', undefined, 404, 5, 'QUERY-DAvb3'],
      ['POST', '/_deactivate', {}, 404, 5, 'COMMAND-3M9ds'],
      ['POST', '/_reactivate', {}, 404, 5, 'COMMAND-4M0sd'],
      ['POST', '/_lock', {}, 404, 5, 'COMMAND-5M9fs'],
      ['POST', '/_unlock', {}, 404, 5, 'COMMAND-M0dos'],
      ['DELETE', '', undefined, 404, 5, 'COMMAND-m9od'],
      ['PUT', '/username', { userName: 'x' }, 404, 5, 'COMMAND-5N9ds'],
      ['PUT', '/machine', { name: 'x' }, 404, 5, 'COMMAND-5M0od'],
      ['PUT', '/profile', { firstName: 'x', lastName: 'y', displayName: 'z' }, 400, 9, 'COMMAND-3M9sd'],
      ['PUT', '/email', { email: 'c@b.ch' }, 400, 9, 'COMMAND-0Pe4r'],
      ['PUT', '/phone', { phone: '+4113' }, 400, 9, 'COMMAND-3M0fs'],
      ['DELETE', '/phone', undefined, 400, 9, 'COMMAND-3M9fs'],
      ['POST', '/metadata/k', { value: 'YQ==' }, 400, 9, 'COMMAND-uXHNj'],
      ['POST', '/metadata/_bulk', { metadata: [{ key: 'k', value: 'YQ==' }] }, 400, 9, 'COMMAND-uXHNj'],
      ['DELETE', '/metadata/k', undefined, 400, 9, 'COMMAND-uXHNj'],
      ['DELETE', '/metadata/_bulk', { keys: ['k'] }, 400, 9, 'COMMAND-uXHNj'],
      ['GET', '/metadata/k', undefined, 404, 5, 'QUERY-Rgh32'],
    ]
    for (const [method, path, body, status, code, errorId] of gone) {
      const answer = await world.manage(method, `/users/${id}${path}`, { body })
      expect([method, path, answer.status, answer.body.code, answer.body.details?.[0].id]).toEqual([
        method,
        path,
        status,
        code,
        errorId,
      ])
    }
    expect((await world.manage('POST', `/users/${id}/metadata/_search`)).body).toEqual({
      details: { viewTimestamp: time },
    })
    const { result } = (await world.manage('POST', `/users/${id}/changes/_search`)).body
    expect(result[0].eventType).toEqual({ key: 'EventTypes.user.removed', localizedMessage: 'User removed' })
    for (const queries of [
      [{ inUserIdsQuery: { userIds: [id] } }],
      [{ stateQuery: { state: 'USER_STATE_DELETED' } }],
    ]) {
      expect((await world.manage('POST', '/users/_search', { body: { queries } })).body).not.toHaveProperty('result')
    }
    expect((await world.manage('GET', '/users/_is_unique?userName=t1&email=a@b.ch')).body).toEqual({ isUnique: true })
    expect((await world.manage('GET', '/global/users/_by_login_name?loginName=t1')).status).toBe(404)
  })

  it('vector 55: tells whether a name is free', async () => {
    await addHuman()
    const isUnique = async (query: string) => (await world.manage('GET', `/users/_is_unique${query}`)).body

    expect(await isUnique('?userName=t1')).toEqual({})
    expect(await isUnique('?user_name=t1')).toEqual({})
    expect(await isUnique('?email=a%40b.ch')).toEqual({})
    expect(await isUnique('?userName=t1&email=other@b.ch')).toEqual({ isUnique: true })
    expect(await isUnique('?userName=t%25')).toEqual({ isUnique: true })
    expect(await isUnique('?userName=free')).toEqual({ isUnique: true })
    expect(await isUnique('')).toEqual({})
  })

  it('vectors 56 and 57: pages through users', async () => {
    const search = (query: Json) => world.manage('POST', '/users/_search', { body: { query } })
    for (const name of ['a', 'b', 'c']) await addMachine(name)

    expect(await search({ limit: 1001 })).toMatchObject({ status: 400, body: err(3, 'QUERY-4M0fs', 'Limit exceeded') })
    expect((await search({ offset: '9999' })).body).toEqual({ details: { viewTimestamp: time } })
    expect((await search({ offset: '18446744073709551615' })).body).toEqual({ details: { viewTimestamp: time } })
    const names = async (query: Json) => (await search(query)).body.result.map(({ userName }: Json) => userName)
    expect(await names({ asc: true })).toEqual(['root', 'a', 'b', 'c'])
    expect(await names({ limit: 2 })).toEqual(['c', 'b'])
    expect((await search({ limit: 2, offset: 1 })).body.details.totalResult).toBe('4')
  })

  it('vector 58: answers unknown paths and methods in the shape of a gateway', async () => {
    expect(await world.manage('GET', '/users/M/nosuch')).toMatchObject({
      status: 404,
      body: { code: 5, message: 'Not Found' },
    })
    expect(await world.manage('PATCH', '/users/M')).toMatchObject({
      status: 405,
      body: { code: 12, message: 'Method Not Allowed' },
    })
    for (const path of ['/admin/v1/nosuch', '/auth/v1/x', '/v2/nosuch', '/management/v1/']) {
      expect(await world.call('GET', path)).toMatchObject({ status: 404, body: { code: 5, message: 'Not Found' } })
    }
  })

  it('vector 59: asks for a token', async () => {
    const answer = await world.manage('GET', '/users/x', { token: null })

    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'auth header missing' },
      body: { code: 16, message: 'auth header missing' },
    })
    expect(answer.body).not.toHaveProperty('details')
  })

  it('vector 60: refuses an unknown org', async () => {
    for (const orgId of ['nope', `${world.acme}, ${world.acme}`]) {
      const { status, body } = await world.manage('GET', '/users/x', { orgId })
      expect([status, body]).toEqual([403, err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist")])
    }
  })
})
