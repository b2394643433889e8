import type { CodeMessage } from '@indwell/core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
let sent: CodeMessage[]
beforeEach(async () => {
  sent = []
  world = await createWorld({ sendCode: (message) => void sent.push(message) })
})

const settled = () => new Promise(setImmediate)
const codes = { email: expect.stringMatching(/^[A-Z0-9]{6}$/), phone: expect.stringMatching(/^[0-9]{6}$/) }
const toCarol = { userId: 'carol', orgId: 'acme' }
const hour = () => world.now() + 3_600_000

describe('sendCode', () => {
  it('gets the codes of a new user', async () => {
    await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', phone: '+41 1' })
    await settled()

    expect(sent).toEqual([
      {
        channel: 'email',
        purpose: 'verification',
        ...toCarol,
        to: 'c@x.example',
        code: codes.email,
        expiresAt: hour(),
      },
      { channel: 'phone', purpose: 'verification', ...toCarol, to: '+411', code: codes.phone, expiresAt: hour() },
    ])
    await world.ada.users.verifyEmail('carol', sent[0]?.code ?? '')
    await world.ada.users.verifyPhone('carol', sent[1]?.code ?? '')
  })

  it('gets the code of a new address, with the template of its link', async () => {
    await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', emailVerified: true })
    await world.ada.users.update('carol', { email: 'd@x.example', emailCodeUrlTemplate: 'https://x/{{.Code}}' })
    await settled()

    expect(sent).toMatchObject([{ to: 'd@x.example', urlTemplate: 'https://x/{{.Code}}' }])
    await world.ada.users.verifyEmail('carol', sent[0]?.code ?? '')
  })

  it('gets the code of a user that is initial, and a new one at its new address', async () => {
    await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', state: 'initial' })
    await world.ada.users.sendInitializationCode('carol', { email: 'd@x.example' })
    await settled()

    expect(sent).toMatchObject([
      { channel: 'email', purpose: 'initialization', to: 'c@x.example', code: codes.email },
      { channel: 'email', purpose: 'initialization', to: 'd@x.example', code: codes.email },
    ])
  })

  it('gets a code that is asked for, which the caller does not get', async () => {
    await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', phone: '+411', emailCode: 'none' })
    await settled()
    sent = []

    const written = await world.ada.users.sendEmailCode('carol', { urlTemplate: 'https://x' })
    await world.ada.users.sendPhoneCode('carol')
    await settled()

    expect(written).toEqual({ sequence: '4', createdAt: world.now(), changedAt: world.now(), orgId: 'acme' })
    expect(sent).toMatchObject([{ channel: 'email', urlTemplate: 'https://x' }, { channel: 'phone' }])
    await world.ada.users.verifyEmail('carol', sent[0]?.code ?? '')
  })

  it('gets nothing that is returned, wanted by nobody, verified, or has no address', async () => {
    const { users } = world.ada
    const created = await users.createHuman({ userId: 'carol', email: 'c@x.example', emailCode: 'return' })
    await users.createHuman({ userId: 'dora', email: 'd@x.example', emailCode: 'none', phone: '+1', phoneCode: 'none' })
    await users.createHuman({ userId: 'emma', email: 'e@x.example', emailVerified: true, emailCode: 'return' })
    await users.createHuman({ userId: 'fay', state: 'initial' })
    await users.update('carol', { email: 'new@x.example', emailCode: 'none' })
    await users.update('carol', { email: 'new@x.example', emailCode: 'return' })
    await users.requestEmailCode('carol')
    await settled()

    expect(sent).toEqual([])
    expect(created.emailCode).toEqual({ code: codes.email, expiresAt: hour() })
    await expectRefused(world, () => users.verifyEmail('dora', 'ABC123'), {
      reason: 'code_unknown',
      code: 'invalid_state',
    })
  })

  it('gets nothing of a write that is refused, and one code of one that is tried again', async () => {
    const { users } = world.ada
    await users.createHuman({ userId: 'carol', userName: 'carol' })
    await expect(users.createHuman({ userName: 'carol', email: 'c@x.example' })).rejects.toMatchObject({
      code: 'already_exists',
    })
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => users.update('carol', { email: `${name}@x.example` })))
    await settled()

    expect(sent.map(({ to }) => to).sort()).toEqual(['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'])
    const { email } = await users.get('carol')
    await users.verifyEmail('carol', sent.find(({ to }) => to === email)?.code ?? '')
  })

  it('sees what it is sent for stored, and holds up no write and fails none', async () => {
    const failures: unknown[] = []
    const failing = await createWorld({
      sendCode: async ({ userId }) => {
        await failing.ada.users.get(userId)
        throw new Error('no line')
      },
      onSendCodeError: (error, message) => {
        failures.push([(error as Error).message, message.to])
        throw new Error('cannot report')
      },
    })
    const warning = new Promise((resolve) => process.once('warning', resolve))

    await failing.ada.users.createHuman({ userId: 'carol', email: 'c@x.example' })

    expect(await warning).toMatchObject({ message: 'cannot report' })
    expect(failures).toEqual([['no line', 'c@x.example']])
    const never = await createWorld({ sendCode: () => new Promise(() => undefined) })
    await never.ada.users.createHuman({ userId: 'carol', email: 'c@x.example' })
  })

  it('reports what it throws as a warning of the process unless told otherwise', async () => {
    const warned = vi.fn()
    process.once('warning', warned)
    const failing = await createWorld({
      sendCode: () => {
        throw new Error('no line')
      },
    })

    await failing.ada.users.createHuman({ email: 'c@x.example' })
    await settled()
    await settled()

    expect(warned.mock.calls.map(([error]) => error.message)).toEqual(['no line'])
  })
})

describe('without sendCode', () => {
  beforeEach(async () => {
    world = await createWorld()
  })

  it('the events are written, and no code counts that nobody was told', async () => {
    const events = await eventsOf(world, async () => {
      await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', phone: '+411' })
      await world.ada.users.sendEmailCode('carol')
    })

    expect(events).toEqual([
      'user.human.added 1',
      'user.human.email.code.added 2',
      'user.human.phone.code.added 3',
      'user.human.email.code.added 4',
    ])
    expect((await world.feed()).slice(-3).map(({ payload }) => payload)).toEqual([{}, {}, {}])
    await expectRefused(world, () => world.ada.users.verifyEmail('carol', 'ABC123'), {
      code: 'invalid_state',
      reason: 'code_unknown',
    })
  })

  it('a code that nobody is told ends the former one all the same', async () => {
    const { emailCode } = await world.ada.users.createHuman({
      userId: 'carol',
      email: 'c@x.example',
      emailCode: 'return',
    })
    await world.ada.users.sendEmailCode('carol')

    await expectRefused(world, () => world.ada.users.verifyEmail('carol', emailCode?.code ?? ''), {
      code: 'invalid_state',
      reason: 'code_unknown',
    })
  })

  it('the caller gets the codes it asks for with the write that they belong to', async () => {
    const { emailCode, phoneCode } = await world.ada.users.createHuman({
      userId: 'carol',
      email: 'c@x.example',
      emailCode: 'return',
      phone: '+411',
      phoneCode: 'return',
    })
    await world.ada.users.verifyEmail('carol', emailCode?.code ?? '')
    await world.ada.users.verifyPhone('carol', phoneCode?.code ?? '')

    const changed = await world.ada.users.update('carol', {
      email: 'd@x.example',
      emailCode: 'return',
      phone: '+412',
      phoneCode: 'return',
    })
    expect(changed.changed).toEqual(['email', 'emailVerified', 'phone', 'phoneVerified'])
    await world.ada.users.verifyEmail('carol', changed.emailCode?.code ?? '')
    await world.ada.users.verifyPhone('carol', changed.phoneCode?.code ?? '')

    const { emailCode: ofAdmin } = await world.root.orgs.setUp({
      name: 'New',
      human: { userId: 'dora', email: 'd@x.example', emailCode: 'return' },
    })
    await world.system.users.verifyEmail('dora', ofAdmin?.code ?? '')
  })
})

it('a machine gets no codes', async () => {
  await expectRefused(world, () => world.ada.users.update('robot', { emailCode: 'return' }), {
    code: 'invalid_state',
    reason: 'user_not_human',
  })
})
