import type { CodeMessage } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpAdapter } from '../../../src/create-http-adapter'
import { zitadel } from '../../../src/zitadel/index'
import { createWorld, zitadelErrorBody as err, type Json } from '../world'
import { asking, createTwoOrgs, type TwoOrgs } from './two-orgs'

const emailCode = expect.stringMatching(/^[A-Z0-9]{6}$/)
const phoneCode = expect.stringMatching(/^[0-9]{6}$/)
const invalid = { status: 400, body: err(3, 'COMMAND-eis9R', 'Code is invalid') }
const number = '+41710000001'

describe('codes of v2', () => {
  let world: TwoOrgs
  let ada: ReturnType<typeof asking>
  let now = Date.now()
  let names = 0
  const sent: CodeMessage[] = []
  beforeAll(async () => {
    world = await createTwoOrgs('sqlite', { sendCode: (message) => void sent.push(message), clock: () => now++ })
    ada = asking(world, world.ada)
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.dispose()
  })

  const newHuman = (more: object = {}) => {
    names += 1
    const profile = { givenName: 'A', familyName: 'B' }
    return { username: `user-${names}`, profile, email: { email: `user-${names}@b.ch` }, ...more }
  }
  const add = async (more: object = {}): Promise<Json> => (await ada('POST', '/users/human', newHuman(more))).body
  const to = (userId: string, path: string, body: object = {}) => ada('POST', `/users/${userId}/${path}`, body)
  const verify = (userId: string, contact: string, verificationCode: string) =>
    to(userId, `${contact}/verify`, { verificationCode })
  const human = async (userId: string): Promise<Json> => (await ada('GET', `/users/${userId}`)).body.user.human
  const sentTo = (address: string) => sent.filter((message) => message.to === address)
  const typesOf = async (userId: string) =>
    (await world.directory.asSystem('test').events({ subject: { type: 'user', id: userId } })).map(({ type }) => type)

  it('are in the answer where the message asks for them, and show whose the address and the number are', async () => {
    const added = await add({ email: { email: 'r@b.ch', returnCode: {} }, phone: { phone: number, returnCode: {} } })
    const { userId } = added

    expect(added).toEqual({ userId, details: expect.anything(), emailCode, phoneCode })
    expect([...sentTo('r@b.ch'), ...sentTo(number)]).toEqual([])
    expect(await verify(userId, 'email', added.emailCode)).toMatchObject({ status: 200, body: { details: {} } })
    expect(await verify(userId, 'phone', added.phoneCode)).toMatchObject({ status: 200, body: { details: {} } })
    expect(await human(userId)).toMatchObject({ email: { isVerified: true }, phone: { isVerified: true } })
    expect(await typesOf(userId)).toEqual([
      'user.human.added',
      'user.human.email.code.added',
      'user.human.phone.code.added',
      'user.human.email.verified',
      'user.human.phone.verified',
    ])
  })

  it('are sent where it does not, with the template of the message', async () => {
    const urlTemplate = 'https://x.example/?code={{.Code}}'
    const added = await add({
      email: { email: 's@b.ch', sendCode: { urlTemplate } },
      phone: { phone: '071 000 00 02' },
    })
    const unverified = await add({ email: { email: 'u@b.ch', isVerified: false } })
    await add({ email: { email: 'v@b.ch', isVerified: true }, phone: { phone: '+41710000003', isVerified: true } })

    for (const answer of [added, unverified]) expect(Object.keys(answer)).toEqual(['userId', 'details'])
    expect(sentTo('s@b.ch')).toMatchObject([{ channel: 'email', userId: added.userId, code: emailCode, urlTemplate }])
    expect(sentTo('+41710000002')).toMatchObject([{ channel: 'phone', code: phoneCode }])
    expect(sentTo('u@b.ch')).toHaveLength(1)
    expect([...sentTo('v@b.ch'), ...sentTo('+41710000003')]).toEqual([])
    expect(await verify(added.userId, 'email', sentTo('s@b.ch')[0]?.code ?? '')).toMatchObject({ status: 200 })
  })

  it('come with a change of the address or the number, and not with what stays', async () => {
    const { userId } = await add()
    const update = async (body: object) => (await ada('PUT', `/users/human/${userId}`, body)).body
    const change = { email: { email: 'c1@b.ch', returnCode: {} }, phone: { phone: number, returnCode: {} } }

    expect(await update(change)).toEqual({ details: expect.anything(), emailCode, phoneCode })
    expect(await update(change)).toEqual({ details: expect.anything() })
    const email = (await to(userId, 'email', { email: 'c2@b.ch', returnCode: {} })).body
    const phone = (await to(userId, 'phone', { phone: '+41710000004', returnCode: {} })).body
    expect(email).toEqual({ details: expect.anything(), verificationCode: emailCode })
    expect(phone).toEqual({ details: expect.anything(), verificationCode: phoneCode })
    await to(userId, 'email', { email: 'c3@b.ch', sendCode: { urlTemplate: 'https://x.example' } })
    expect(sentTo('c3@b.ch')).toMatchObject([{ urlTemplate: 'https://x.example' }])
    expect(await verify(userId, 'email', email.verificationCode)).toMatchObject(invalid)
    expect(await verify(userId, 'phone', phone.verificationCode)).toMatchObject({ status: 200 })
    expect(await human(userId)).toMatchObject({
      email: { email: 'c3@b.ch' },
      phone: { phone: '+41710000004', isVerified: true },
    })
  })

  it('are sent or answered again when one is asked for, whether or not there was one, and the former one ends', async () => {
    const { userId } = await add({ email: { email: 'again@b.ch' }, phone: { phone: '+41710000005' } })
    const urlTemplate = 'https://x.example'

    expect((await to(userId, 'email/send', { sendCode: { urlTemplate } })).body).toEqual({ details: expect.anything() })
    await to(userId, 'email/resend')
    await to(userId, 'phone/resend', { sendCode: {} })
    expect(sentTo('again@b.ch')).toMatchObject([{}, { urlTemplate }, {}])
    expect(sentTo('+41710000005')).toHaveLength(2)
    const asked = async (path: string) => (await to(userId, path, { returnCode: {} })).body.verificationCode
    const former = await asked('email/send')
    const email = await asked('email/resend')
    const phone = await asked('phone/resend')
    expect(sentTo('again@b.ch')).toHaveLength(3)
    expect(await verify(userId, 'email', former)).toMatchObject(invalid)
    expect(await verify(userId, 'email', email)).toMatchObject({ status: 200 })
    expect(await verify(userId, 'phone', phone)).toMatchObject({ status: 200 })
  })

  it('are refused when they are wrong, which is written; expired, spent, used or none, which is not', async () => {
    const added = await add({ email: { email: 'w@b.ch', returnCode: {} }, phone: { phone: number, returnCode: {} } })
    const { userId } = added

    for (let wrong = 0; wrong < 5; wrong += 1) expect(await verify(userId, 'email', 'wrong')).toMatchObject(invalid)
    expect(await typesOf(userId)).toHaveLength(3 + 5)
    expect((await typesOf(userId)).at(-1)).toBe('user.human.email.verification.failed')
    expect(await verify(userId, 'email', added.emailCode)).toMatchObject(invalid)
    now += 3_600_000
    expect(await verify(userId, 'phone', added.phoneCode)).toMatchObject(invalid)
    const { verificationCode } = (await to(userId, 'phone/resend', { returnCode: {} })).body
    expect(await verify(userId, 'phone', verificationCode)).toMatchObject({ status: 200 })
    expect(await verify(userId, 'phone', verificationCode)).toMatchObject(invalid)
    const plain = (await add({ email: { email: 'p@b.ch', isVerified: true } })).userId
    for (const contact of ['email', 'phone']) expect(await verify(plain, contact, 'ABC123')).toMatchObject(invalid)
    expect(await typesOf(userId)).toHaveLength(3 + 5 + 2)
    expect(await typesOf(plain)).toHaveLength(2)
  })

  it('are refused to who has no address or number to show anything of', async () => {
    const system = world.directory.asSystem('test')
    const initial = await system.users.createHuman({
      orgId: world.acme,
      email: 'i@b.ch',
      phone: number,
      state: 'initial',
    })
    const bare = await system.users.createHuman({ orgId: world.acme, userName: 'bare' })
    const done = (
      await add({ email: { email: 'd@b.ch', isVerified: true }, phone: { phone: number, isVerified: true } })
    ).userId
    const before = (await world.log()).length
    const gone = (what: string) => ({ status: 404, body: err(5, 'COMMAND-ieJ2e', `${what} not found`) })
    const empty = (id: string) => ({ status: 400, body: err(9, id, 'Code is empty') })

    for (const path of ['email/send', 'email/resend', 'email/verify', 'phone/resend', 'phone/verify']) {
      const what = path.startsWith('email') ? 'Email' : 'Phone'
      const ask = (userId: string, more: object = {}) =>
        to(userId, path, path.endsWith('verify') ? { verificationCode: 'ABC123' } : more)
      const noCode = empty(what === 'Email' ? 'EMAIL-5w5ilin4yt' : 'PHONE-5xrra88eq8')
      const already = { status: 400, body: err(9, 'COMMAND-3M9ds', 'Email is already verified') }
      for (const more of [{}, { returnCode: {} }]) {
        expect(await ask('nobody', more)).toMatchObject(gone(what))
        expect(await ask(world.plain.userId, more)).toMatchObject(gone(what))
        expect(await ask(initial.userId, more)).toMatchObject({
          status: 400,
          body: err(9, 'COMMAND-uz0Uu', 'User is not yet initialized'),
        })
        if (path.endsWith('verify')) continue
        expect(await ask(bare.userId, more)).toMatchObject(path === 'email/send' ? gone('Email') : noCode)
        expect(await ask(done, more)).toMatchObject(path === 'email/send' ? already : noCode)
      }
    }
    expect((await world.log()).length).toBe(before)
  })

  it.each([
    ['email/verify', {}, /VerificationCode: value length must be between 1 and 20 runes/],
    ['phone/verify', { verificationCode: '1'.repeat(21) }, /value length must be between 1 and 20 runes/],
    ['email/verify', { verificationCode: 'a\0' }, /NUL/],
    ['email/send', { sendCode: { urlTemplate: '' } }, /value length must be between 1 and 200 runes/],
    ['email/send', { sendCode: {}, returnCode: {} }, /oneof .* is already set/],
  ])('are refused in messages that break a rule: %s %j', async (path, body, message) => {
    expect(await to(world.human, path, body)).toMatchObject({
      status: 400,
      body: { code: 3, message: expect.stringMatching(message) },
    })
  })

  it('come back with the admins of a new org', async () => {
    const { status, body } = await asking(world, { token: world.rootToken })('POST', '/organizations', {
      name: 'Gamma',
      admins: [
        { userId: world.plain.userId },
        { human: newHuman({ email: { email: 'g@b.ch', returnCode: {} }, phone: { phone: number, returnCode: {} } }) },
        { human: newHuman({ email: { email: 'h@b.ch' } }) },
      ],
    })

    expect([status, body.createdAdmins]).toEqual([
      201,
      [{ userId: expect.any(String), emailCode, phoneCode }, { userId: expect.any(String) }],
    ])
    expect(sentTo('g@b.ch')).toEqual([])
    expect(sentTo('h@b.ch')).toHaveLength(1)
  })

  it('are taken from the users themselves, to whom none is told', async () => {
    const { userId } = await add({ email: { email: 'self@b.ch' } })
    const exchange = createHttpAdapter(world.directory, { faces: [zitadel()], authenticate: async () => ({ userId }) })
    const statusOf = async (path: string, body: object) =>
      (
        await exchange({
          method: 'POST',
          url: `/v2/users/${userId}/${path}`,
          headers: { authorization: 'Bearer x' },
          body: async () => new TextEncoder().encode(JSON.stringify(body)),
          signal: new AbortController().signal,
        })
      )?.status

    expect(await statusOf('email', { email: 'mine@b.ch', returnCode: {} })).toBe(404)
    expect(await statusOf('email', { email: 'mine@b.ch' })).toBe(200)
    expect(await statusOf('email/send', { returnCode: {} })).toBe(404)
    expect(await statusOf('email/verify', { verificationCode: sentTo('mine@b.ch')[0]?.code })).toBe(200)
    expect(await human(userId)).toMatchObject({ email: { email: 'mine@b.ch', isVerified: true } })
  })

  it('are in the log where nobody sends them, and count nowhere', async () => {
    const silent = await createWorld()
    const { body } = await silent.call('POST', '/v2/users/human', { body: newHuman() })
    const path = `/v2/users/${body.userId}/email`

    expect((await silent.call('POST', `${path}/send`, { body: {} })).body).toEqual({ details: expect.anything() })
    expect((await silent.log()).filter(({ type }) => type === 'user.human.email.code.added')).toHaveLength(2)
    expect(await silent.call('POST', `${path}/verify`, { body: { verificationCode: 'ABC123' } })).toMatchObject(invalid)
    await silent.close()
  })
})
