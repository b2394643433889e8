import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpAdapter } from '../../../src/create-http-adapter'
import { storageKinds } from '../../auth0/storages'
import { byName } from '../by-name'
import { base64, type Json } from '../world'
import { type Caller, createTwoOrgs, type TwoOrgs } from './two-orgs'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
const refusal = (code: number, id: string) => ({ code, details: [{ id }] })
const profile = { givenName: 'A', familyName: 'B' }

describe.each(storageKinds)('users of v2 by gRPC alone, on %s', (kind) => {
  let world: TwoOrgs
  let exchange: ReturnType<typeof createHttpAdapter>
  let root: Pick<Caller, 'token'>
  const codes: string[] = []
  beforeAll(async () => {
    world = await createTwoOrgs(kind, { sendCode: ({ channel }) => void codes.push(channel) })
    root = { token: world.rootToken }
    exchange = createHttpAdapter(world.directory, { faces: [byName()] })
  })
  afterAll(() => world.dispose())

  const call = async ({ token }: Pick<Caller, 'token'>, method: string, message: Json = {}) => {
    const answer = await exchange({
      method: 'POST',
      url: `/zitadel.user.v2.UserService/${method}`,
      headers: { authorization: `Bearer ${token}` },
      body: async () => Buffer.from(JSON.stringify(message)),
      signal: new AbortController().signal,
    })
    return { status: answer!.status, body: JSON.parse(String(answer!.body)) as Json }
  }
  const eventsOf = async (id: string) =>
    (await world.directory.asSystem('test').events({ subject: { type: 'user', id } })).map(({ type }) => type)
  const shown = async (userId: string): Promise<Json> =>
    (await world.call('GET', `/v2/users/${userId}`, { token: world.rootToken })).body.user
  const create = async (message: object): Promise<string> =>
    (await call(world.ada, 'CreateUser', { organizationId: world.acme, ...message })).body.id

  it('asks for an idempotency key, where the host does, for what makes another one each time', async () => {
    const strict = createHttpAdapter(world.directory, { faces: [byName()], requireIdempotencyKey: true })
    const asks = async (method: string) => {
      const answer = await strict({
        method: 'POST',
        url: `/zitadel.user.v2.UserService/${method}`,
        headers: { authorization: `Bearer ${world.ada.token}` },
        body: async () => Buffer.from('{}'),
        signal: new AbortController().signal,
      })
      return JSON.parse(String(answer!.body)).message === 'Idempotency-Key is missing'
    }

    const methods = ['CreateUser', 'AddPersonalAccessToken', 'UpdateUser', 'RemovePersonalAccessToken']
    expect(await Promise.all(methods.map(asks))).toEqual([true, true, false, false])
    expect(await asks('ListPersonalAccessTokens')).toBe(false)
  })

  describe('CreateUser', () => {
    it('creates a human with all that counts of it, and forgets what lets people in', async () => {
      codes.length = 0
      const { status, body } = await call(world.ada, 'CreateUser', {
        organizationId: world.acme,
        userId: 'gina',
        username: 'gina',
        human: {
          profile: { ...profile, nickName: 'G', preferredLanguage: 'de', gender: 'GENDER_FEMALE' },
          email: { email: 'gina@b.ch', returnCode: {} },
          phone: { phone: '+41710000001' },
          hashedPassword: { hash: 'h', changeRequired: true },
          idpLinks: [{ idpId: 'i', userId: 'u', userName: 'n' }],
          totpSecret: 's',
          metadata: [{ key: 'k', value: base64('v') }],
        },
      })

      expect([status, body]).toEqual([
        200,
        { id: 'gina', creationDate: time, emailCode: expect.stringMatching(/^[A-Z0-9]{6}$/) },
      ])
      expect(codes).toEqual(['phone'])
      expect(await shown('gina')).toMatchObject({
        state: 'USER_STATE_ACTIVE',
        username: 'gina',
        details: { resourceOwner: world.acme },
        human: {
          profile: { givenName: 'A', nickName: 'G', displayName: 'A B', gender: 'GENDER_FEMALE' },
          email: { email: 'gina@b.ch' },
          phone: { phone: '+41710000001' },
          passwordChanged: time,
        },
      })
      const { users } = world.directory.asSystem('test')
      expect(await users.metadata('gina', 'zitadel').values()).toEqual({ k: expect.anything() })
    })

    it('takes the e-mail for the name of a human, and the id for the name of a machine', async () => {
      const human = await create({ human: { profile, email: { email: 'name@b.ch', isVerified: true } } })
      const machine = await create({ machine: { name: 'Robo', description: 'ours' } })

      expect((await shown(human)).username).toBe('name@b.ch')
      expect(await shown(machine)).toMatchObject({
        username: machine,
        machine: { name: 'Robo', description: 'ours' },
      })
    })

    it('works in the org that the message names, and in no other', async () => {
      const message = { organizationId: world.beta, machine: { name: 'M' } }

      expect((await shown((await call(root, 'CreateUser', message)).body.id)).details.resourceOwner).toBe(world.beta)
      expect((await call(world.guest, 'CreateUser', message)).status).toBe(200)
      const foreign = await call(world.ada, 'CreateUser', message)
      expect(foreign.body).toMatchObject(refusal(9, 'COMMAND-QXPGs'))
      expect(await call(world.ada, 'CreateUser', { ...message, organizationId: 'none' })).toEqual(foreign)
      expect((await call(root, 'CreateUser', { ...message, organizationId: 'none' })).body).toEqual(foreign.body)
    })
  })

  describe('UpdateUser', () => {
    it('changes what the message holds of a human, in one write, and nothing else', async () => {
      const email = { email: 'one@b.ch', isVerified: true }
      const userId = await create({
        human: { profile: { ...profile, nickName: 'N' }, email, phone: { phone: '+41710000002', isVerified: true } },
      })
      const { body } = await call(world.ada, 'UpdateUser', {
        userId,
        username: 'changed',
        human: {
          profile: { familyName: 'C', gender: 'GENDER_UNSPECIFIED' },
          email: { email: 'two@b.ch', returnCode: {} },
          phone: { phone: '' },
          password: { password: { password: 'p' } },
        },
      })

      expect(body).toEqual({ changeDate: time, emailCode: expect.any(String) })
      expect(await shown(userId)).toMatchObject({
        username: 'changed',
        human: {
          profile: { givenName: 'A', familyName: 'C', nickName: 'N' },
          email: { email: 'two@b.ch' },
          phone: {},
          passwordChanged: time,
        },
      })
      expect((await shown(userId)).human.phone).toEqual({})
    })

    it('changes name and description of a machine, and writes nothing where they are the same', async () => {
      const userId = await create({ machine: { name: 'M', description: 'd' } })
      const changed = await call(world.ada, 'UpdateUser', { userId, machine: { description: '' } })
      const events = await eventsOf(userId)

      expect((await shown(userId)).machine).toEqual({ name: 'M' })
      expect(await call(world.ada, 'UpdateUser', { userId, machine: { name: 'M', description: '' } })).toEqual(changed)
      expect(await eventsOf(userId)).toEqual(events)
      expect((await call(world.ada, 'UpdateUser', { userId, machine: { name: '' } })).body).toMatchObject({ code: 3 })
    })

    it('knows users of its own type alone, also for a name alone', async () => {
      const unknown = refusal(5, 'COMMAND-ugjs0upun6')
      for (const [userId, type] of [
        [world.human, 'machine'],
        [world.plain.userId, 'human'],
        ['none', 'human'],
        [world.foreign, 'human'],
      ] as const) {
        const message = { userId, username: 'other', [type]: {} }

        expect((await call(world.ada, 'UpdateUser', message)).body).toMatchObject(unknown)
      }
    })

    it('lets a machine call itself otherwise, but neither describe itself nor change its user name', async () => {
      const { userId } = world.plain
      expect((await call(world.plain, 'UpdateUser', { userId, machine: { name: 'Plain 2' } })).status).toBe(200)
      for (const more of [{ username: 'other', machine: {} }, { machine: { description: 'd' } }]) {
        expect((await call(world.plain, 'UpdateUser', { userId, ...more })).body).toMatchObject({ code: 5 })
      }
    })
  })

  describe('access tokens', () => {
    const soon = '2030-01-01T00:00:00.250Z'
    const late = '2040-01-01T00:00:00Z'
    const tokenOf = async (userId: string, expirationDate: string): Promise<Json> =>
      (await call(root, 'AddPersonalAccessToken', { userId, expirationDate })).body
    const listed = async (caller: Pick<Caller, 'token'>, message: object = {}): Promise<Json> =>
      (await call(caller, 'ListPersonalAccessTokens', message)).body
    const idsOf = async (caller: Pick<Caller, 'token'>, message: object = {}): Promise<readonly string[]> =>
      ((await listed(caller, message)).result ?? []).map(({ id }: Json) => id)

    it('are made, let their machine in, and are taken away for good', async () => {
      const userId = await create({ machine: { name: 'M' } })
      const { body } = await call(world.ada, 'AddPersonalAccessToken', { userId, expirationDate: soon })
      expect(body).toEqual({ creationDate: time, tokenId: expect.any(String), token: expect.any(String) })
      const { tokenId, token } = body
      expect(await idsOf({ token })).toEqual([tokenId])

      const removal = { userId, tokenId }
      expect((await call(world.viewer, 'RemovePersonalAccessToken', removal)).body).toMatchObject({ code: 7 })
      expect((await call(world.ada, 'RemovePersonalAccessToken', removal)).body).toEqual({ deletionDate: time })

      const none = refusal(5, 'COMMAND-4m77G')
      expect((await call(world.ada, 'RemovePersonalAccessToken', removal)).body).toMatchObject(none)
      expect((await call({ token }, 'ListPersonalAccessTokens')).body).toMatchObject({ code: 16 })
    })

    it('are neither made nor taken away by who has no role, for oneself either', async () => {
      const { userId } = world.plain
      const add = await call(world.plain, 'AddPersonalAccessToken', { userId, expirationDate: soon })
      expect(add.body).toMatchObject(refusal(9, 'COMMAND-Dggw2'))
      const [tokenId] = await idsOf(world.plain)
      const remove = await call(world.plain, 'RemovePersonalAccessToken', { userId, tokenId })
      expect(remove.body).toMatchObject({ code: 5 })
    })

    it('are listed newest first, a page at a time, each as it is', async () => {
      const userId = await create({ machine: { name: 'M' } })
      const first = await tokenOf(userId, late)
      const second = await tokenOf(userId, soon)
      const filters = [{ userIdFilter: { id: userId } }]

      expect(await listed(world.viewer, { filters, pagination: { limit: 1 } })).toEqual({
        pagination: { totalResult: '2', appliedLimit: '1' },
        result: [
          {
            creationDate: second.creationDate,
            changeDate: second.creationDate,
            id: second.tokenId,
            userId,
            organizationId: world.acme,
            expirationDate: '2030-01-01T00:00:00.250Z',
          },
        ],
      })
      expect(await idsOf(world.viewer, { filters, pagination: { asc: true } })).toEqual([first.tokenId, second.tokenId])
      expect((await listed(world.viewer, { filters })).pagination.appliedLimit).toBe('100')
    })

    it('are found by all that they show', async () => {
      const userId = await create({ machine: { name: 'M' } })
      const a = (await tokenOf(userId, soon)).tokenId
      const b = await tokenOf(userId, late)
      const never = (await world.directory.asSystem('test').users.accessTokens(userId).create()).tokenId
      const found = async (...filters: object[]) =>
        (await idsOf(root, { filters: [{ userIdFilter: { id: userId } }, ...filters] })).toSorted()
      const ends = (method: string, timestamp: string | undefined) =>
        found({ expirationDateFilter: { timestamp, method: `TIMESTAMP_FILTER_METHOD_${method}` } })
      const all = [a, b.tokenId, never].toSorted()
      const ofLater = [b.tokenId, never].toSorted()

      expect(await found({ tokenIdFilter: { id: a } })).toEqual([a])
      expect(await found({ tokenIdFilter: { id: '' } })).toEqual([])
      expect(await found({ tokenIdFilter: { id: 'a\0' } })).toEqual([])
      expect(await found({ organizationIdFilter: { id: world.acme } })).toEqual(all)
      expect(await found({ organizationIdFilter: { id: world.beta } })).toEqual([])
      expect(await found({ createdDateFilter: { timestamp: b.creationDate } })).toEqual([b.tokenId])
      expect(await ends('EQUALS', soon)).toEqual([a])
      expect(await ends('EQUALS', '2030-01-01T00:00:00.250001Z')).toEqual([])
      expect(await ends('AFTER', soon)).toEqual(ofLater)
      expect(await ends('AFTER', '2030-01-01T00:00:00.249999Z')).toEqual(all)
      expect(await ends('AFTER_OR_EQUALS', soon)).toEqual(all)
      expect(await ends('AFTER_OR_EQUALS', '2030-01-01T00:00:00.250001Z')).toEqual(ofLater)
      expect(await ends('BEFORE', soon)).toEqual([])
      expect(await ends('BEFORE', '2030-01-01T00:00:00.250001Z')).toEqual([a])
      expect(await ends('BEFORE_OR_EQUALS', late)).toEqual([a, b.tokenId].toSorted())
      expect(await ends('BEFORE_OR_EQUALS', '2030-01-01T00:00:00.249999Z')).toEqual([])
      expect(await ends('EQUALS', '9999-12-31T23:59:59Z')).toEqual([never])
      expect(await ends('AFTER', '9999-12-31T23:59:59Z')).toEqual([])
      expect(await ends('AFTER', undefined)).toEqual(all)
    })

    it.each(['ID', 'USER_ID', 'ORGANIZATION_ID', 'CREATED_DATE', 'EXPIRATION_DATE', 'UNSPECIFIED'])(
      'are sorted by %s, either way',
      async (column) => {
        const sortingColumn = `PERSONAL_ACCESS_TOKEN_FIELD_NAME_${column}`
        const keys = {
          ID: 'id',
          USER_ID: 'userId',
          ORGANIZATION_ID: 'organizationId',
          EXPIRATION_DATE: 'expirationDate',
        }
        const key = (keys as Json)[column] ?? 'creationDate'
        // Tokens that never end come first, as in every list of the directory.
        const isShown = (token: Json) => key !== 'expirationDate' || !token[key].startsWith('9999')
        for (const asc of [true, false]) {
          const { result } = await listed(root, { sortingColumn, pagination: { asc, limit: 1000 } })
          const values = result.filter(isShown).map((token: Json) => token[key])

          expect(values.length).toBeGreaterThan(2)
          expect(asc ? values : values.toReversed()).toEqual(values.toSorted())
        }
      },
    )
  })
})
