import type { CodeMessage } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, zitadelErrorBody as err, type Json, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
const code = expect.stringMatching(/^[A-Z0-9]{6}$/)

describe('codes of ZITADEL', () => {
  let world: World
  let sent: CodeMessage[]
  let carol: string

  const add = async (changes: Json = {}): Promise<string> => {
    const { status, body } = await world.manage('POST', '/users/human', {
      body: { userName: 'carol', profile: { firstName: 'C', lastName: 'D' }, email: { email: 'c@x.ch' }, ...changes },
    })
    expect([status, body]).toEqual([200, body])
    return body.userId
  }
  const active = { email: { email: 'c@x.ch', isEmailVerified: true }, initialPassword: 'x' }
  const update = (part: string, body: Json) => world.manage('PUT', `/users/${carol}/${part}`, { body })
  const resend = (path: string, body: Json = {}, userId = carol) =>
    world.manage('POST', `/users/${userId}/${path}`, { body })
  const initialization = '_resend_initialization'
  const email = 'email/_resend_verification'
  const phone = 'phone/_resend_verification'
  const written = (sequence: string) => ({
    status: 200,
    body: { details: { sequence, creationDate: time, changeDate: time, resourceOwner: world.acme } },
  })
  const types = async () =>
    (await world.log()).filter(({ aggregate }) => aggregate.id === carol).map(({ type }) => type)

  beforeEach(async () => {
    sent = []
    world = await createWorld({ sendCode: (message) => void sent.push(message) })
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  it('are sent to a user that is initial, when it is created and when one is asked for', async () => {
    carol = await add()

    expect(await resend(initialization)).toMatchObject(written('3'))
    expect(await resend(initialization, { email: 'c@x.ch' })).toMatchObject(written('4'))
    expect(await resend(initialization, { email: 'd@x.ch' })).toMatchObject(written('6'))

    expect(await types()).toEqual([
      'user.human.added',
      'user.human.initialization.code.added',
      'user.human.initialization.code.added',
      'user.human.initialization.code.added',
      'user.human.email.changed',
      'user.human.initialization.code.added',
    ])
    const toCarol = { channel: 'email', purpose: 'initialization', userId: carol, orgId: world.acme, code }
    expect(sent).toMatchObject(['c@x.ch', 'c@x.ch', 'c@x.ch', 'd@x.ch'].map((to) => ({ ...toCarol, to })))
    const { users } = world.directory.asSystem('test')
    await users.initialize(carol, { code: sent.at(-1)?.code ?? '' })
    expect((await world.manage('GET', `/users/${carol}`)).body.user).toMatchObject({
      state: 'USER_STATE_ACTIVE',
      human: { email: { email: 'd@x.ch', isEmailVerified: true } },
    })
  })

  it('are sent to a new address and a new number, and again when one is asked for', async () => {
    carol = await add(active)
    await update('email', { email: 'd@x.ch' })
    await update('phone', { phone: '+41791234567' })

    expect(await resend(email)).toMatchObject(written('7'))
    expect(await resend(phone)).toMatchObject(written('8'))

    expect(sent).toMatchObject([
      { channel: 'email', to: 'd@x.ch', code },
      { channel: 'phone', to: '+41791234567', code: expect.stringMatching(/^[0-9]{6}$/) },
      { channel: 'email', to: 'd@x.ch', code },
      { channel: 'phone', to: '+41791234567' },
    ])
    const { users } = world.directory.asSystem('test')
    await expect(users.verifyEmail(carol, sent[0]?.code ?? '')).rejects.toMatchObject({ reason: 'code_wrong' })
    await users.verifyEmail(carol, sent[2]?.code ?? '')
    await users.verifyPhone(carol, sent[3]?.code ?? '')
    expect((await world.manage('GET', `/users/${carol}/email`)).body.email.isEmailVerified).toBe(true)
    expect((await world.manage('GET', `/users/${carol}/phone`)).body.phone.isPhoneVerified).toBe(true)
    expect(await resend(email)).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-3M9ds', 'Email is already verified'),
    })
    expect(await resend(phone)).toMatchObject({ status: 400, body: err(9, 'COMMAND-2M9sf', 'Phone already verified') })
  })

  it('show in the history without what they are made of', async () => {
    carol = await add()
    const { users } = world.directory.asSystem('test')
    await expect(users.initialize(carol, { code: 'wrong' })).rejects.toMatchObject({ reason: 'code_wrong' })
    await users.initialize(carol)
    await resend(email)
    await expect(users.verifyEmail(carol, 'wrong')).rejects.toMatchObject({ reason: 'code_wrong' })

    const { body } = await world.manage('POST', `/users/${carol}/changes/_search`, { body: { query: { asc: true } } })

    expect(body.result.map(({ eventType }: Json) => eventType.localizedMessage)).toEqual([
      'Person added',
      'Initialization code generated',
      'Initialization check failed',
      'Initialization check succeeded',
      'Email address verification code generated',
      'Email address verification failed',
    ])
    expect(JSON.stringify([body, await world.log()])).not.toMatch(/[0-9a-f]{64}/)
  })

  it('are refused where there is nothing to verify or to initialize', async () => {
    carol = await add(active)
    const initial = await add({ userName: 'dora' })
    const robot = (await world.manage('POST', '/users/machine', { body: { userName: 'm', name: 'M' } })).body.userId
    const before = await world.log()

    for (const [path, userId, status, body] of [
      [initialization, 'nobody', 404, err(5, 'COMMAND-2M9df', 'User could not be found')],
      [initialization, carol, 400, err(9, 'COMMAND-2M9sd', 'User is already initialized')],
      [initialization, robot, 404, err(5, 'COMMAND-2M9df', 'User could not be found')],
      [email, 'nobody', 404, err(5, 'COMMAND-0Pe4r', 'Email not found')],
      [email, robot, 404, err(5, 'COMMAND-0Pe4r', 'Email not found')],
      [email, initial, 400, err(9, 'COMMAND-E3fbw', 'User is not yet initialized')],
      [phone, 'nobody', 400, err(9, 'COMMAND-2M0fs', 'User could not be found')],
      [phone, carol, 404, err(5, 'COMMAND-2b7Hf', 'Phone not found')],
      [phone, robot, 400, err(9, 'COMMAND-2M0fs', 'User could not be found')],
    ] as const) {
      expect([path, userId, await resend(path, {}, userId)]).toMatchObject([path, userId, { status, body }])
    }
    expect((await resend(initialization, { email: 'x' }, initial)).body.message).toBe(
      'invalid ResendHumanInitializationRequest.Email: value must be a valid email address | caused by: ' +
        "mail: missing '@' or angle-addr",
    )
    expect(await resend(initialization, { email: 'a@-' }, initial)).toMatchObject({ status: 400 })
    expect(await world.log()).toEqual(before)
  })

  it('are asked for by who may write users, and of users of the org', async () => {
    carol = await add()
    const { orgId } = await world.directory.asSystem('test').orgs.create({ name: 'Umbrella' })
    const viewer = await world.machine('viewer', { roles: ['ORG_OWNER_VIEWER'] })

    for (const path of [initialization, email, phone]) {
      const call = (options: Json) => world.manage('POST', `/users/${carol}/${path}`, { body: {}, ...options })
      expect(await call({ token: viewer.token })).toMatchObject({
        status: 403,
        body: err(7, 'AUTH-5mWD2', 'No matching permissions found'),
      })
      expect((await call({ orgId })).status).toBe(path === phone ? 400 : 404)
    }
  })

  it('are in the log where nobody sends them, and count nowhere', async () => {
    await world.close()
    world = await createWorld()
    carol = await add()

    expect(await resend(initialization)).toMatchObject(written('3'))

    const { users } = world.directory.asSystem('test')
    await expect(users.initialize(carol, { code: 'ABC123' })).rejects.toMatchObject({ reason: 'code_unknown' })
  })
})
