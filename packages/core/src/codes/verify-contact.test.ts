import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'
import { codesNamespace, maxCodeFailures } from './code'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', phone: '+411' })
})

const contacts = [
  {
    contact: 'e-mail',
    code: (userId = 'carol') => world.ada.users.requestEmailCode(userId),
    verify: (code: string, userId = 'carol') => world.ada.users.verifyEmail(userId, code),
    flag: 'emailVerified',
    change: { email: 'd@x.example' },
    backTo: { email: 'c@x.example' },
    missing: 'user_without_email',
    already: 'email_already_verified',
    type: 'user.human.email',
  },
  {
    contact: 'phone',
    code: (userId = 'carol') => world.ada.users.requestPhoneCode(userId),
    verify: (code: string, userId = 'carol') => world.ada.users.verifyPhone(userId, code),
    flag: 'phoneVerified',
    change: { phone: '+412' },
    backTo: { phone: '+411' },
    missing: 'user_without_phone',
    already: 'phone_already_verified',
    type: 'user.human.phone',
  },
] as const

/** The refusal of a wrong code, which is counted. */
const refused = (call: Promise<unknown>) => expect(call).rejects

describe.each(contacts)('a code for the $contact', ({ code, verify, flag, change, backTo, missing, already, type }) => {
  it('shows that it is the user’s own, once', async () => {
    const { code: given, expiresAt } = await code()
    expect(expiresAt).toBe(world.now() + 3_600_000)
    world.advance(1)

    const events = await eventsOf(world, async () => {
      expect(await verify(given)).toEqual({
        sequence: '5',
        createdAt: world.now() - 1,
        changedAt: world.now(),
        orgId: 'acme',
      })
    })

    expect(events).toEqual([`${type}.verified 5`])
    expect(await world.ada.users.get('carol')).toMatchObject({ [flag]: true, sequence: '5', changedAt: world.now() })
    await expectRefused(world, () => verify(given), { code: 'invalid_state', reason: already })
    await expectRefused(world, () => code(), { code: 'invalid_state', reason: already })
  })

  it('is one event that changes nothing of what a read of the user shows', async () => {
    const before = await world.ada.users.get('carol')

    expect(await eventsOf(world, () => code())).toEqual([`${type}.code.added 4`])
    expect(await world.ada.users.get('carol')).toEqual(before)
  })

  it('replaces the former one', async () => {
    const { code: former } = await code()
    const { code: latter } = await code()
    expect(former).not.toBe(latter)

    await refused(verify(former)).toMatchObject({ reason: 'code_wrong' })
    await verify(latter)
  })

  it('counts for nobody and nothing else, and to the letter', async () => {
    await world.ada.users.createHuman({ userId: 'dora', userName: 'dora', email: 'c@x.example', phone: '+411' })
    const { code: given } = await code()
    await code('dora')

    await refused(verify(given, 'dora')).toMatchObject({ reason: 'code_wrong' })
    await refused(verify(`${given} `)).toMatchObject({ reason: 'code_wrong' })
    await refused(world.ada.users.initialize('carol', { code: given })).toMatchObject({ reason: 'user_not_initial' })
  })

  it('does not count any more after five wrong ones, which the log counts', async () => {
    const { code: given } = await code()

    const events = await eventsOf(world, async () => {
      for (let wrong = 0; wrong < maxCodeFailures; wrong += 1) {
        await refused(verify('wrong')).toMatchObject({ code: 'invalid_state', reason: 'code_wrong' })
      }
    })

    expect(events).toEqual([5, 6, 7, 8, 9].map((sequence) => `${type}.verification.failed ${sequence}`))
    for (const each of [given, 'wrong']) {
      await expectRefused(world, () => verify(each), { code: 'invalid_state', reason: 'code_spent' })
    }
    const { code: next } = await code()
    await verify(next)
  })

  it('counts after four wrong ones', async () => {
    const { code: given } = await code()
    for (let wrong = 1; wrong < maxCodeFailures; wrong += 1) {
      await refused(verify('wrong')).toMatchObject({ reason: 'code_wrong' })
    }

    await verify(given)
  })

  it('ends after an hour', async () => {
    const { code: given } = await code()
    world.advance(3_599_999)
    await refused(verify('wrong')).toMatchObject({ reason: 'code_wrong' })
    world.advance(1)

    await expectRefused(world, () => verify(given), { code: 'invalid_state', reason: 'code_expired' })
  })

  it('ends with a change of what it was made for, also of one that is taken back', async () => {
    const { code: given } = await code()
    await world.ada.users.update('carol', change)
    await expectRefused(world, () => verify(given), { code: 'invalid_state', reason: 'code_unknown' })

    await world.ada.users.update('carol', backTo)
    await expectRefused(world, () => verify(given), { code: 'invalid_state', reason: 'code_unknown' })
  })

  it('survives every other change of the user', async () => {
    const { code: given } = await code()
    await world.ada.users.update('carol', { firstName: 'C', userName: 'cc', metadata: { app: { set: { a: 1 } } } })
    await world.ada.users.lock('carol')
    await world.ada.users.metadata('carol').clear()

    await verify(given)
  })

  it('goes with the user', async () => {
    const { code: given } = await code()
    await world.ada.users.delete('carol')
    await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', phone: '+411' })

    await expectRefused(world, () => verify(given), { code: 'invalid_state', reason: 'code_unknown' })
  })

  it('is asked for and checked for users of the org with something to verify, by who may write them', async () => {
    await expectRefused(world, () => code('bob'), { code: 'invalid_state', reason: missing })
    await expectRefused(world, () => verify('ABC123', 'bob'), { code: 'invalid_state', reason: missing })
    for (const call of [() => code('robot'), () => verify('ABC123', 'robot')]) {
      await expectRefused(world, call, { code: 'invalid_state', reason: 'user_not_human' })
    }
    for (const userId of ['eve', 'nobody', 'a\0']) {
      await expectRefused(world, () => code(userId), { code: 'not_found', subject: 'user' })
      await expectRefused(world, () => verify('ABC123', userId), { code: 'not_found', subject: 'user' })
    }
    await expectRefused(world, () => verify('ABC123'), { code: 'invalid_state', reason: 'code_unknown' })
    for (const given of ['', 'x'.repeat(201), '\0', '\ud800', 5 as unknown as string]) {
      await expectRefused(world, () => verify(given), { code: 'invalid_input', path: 'code' })
    }
  })
})

it.each([
  ['another address', { email: 'd@x.example', phone: '+412', emailCode: 'none', phoneCode: 'none' }],
  ['none', { email: null, phone: null }],
  ['a verified one', { emailVerified: true, phoneVerified: true }],
] as const)('codes are not kept when they do not count any more: for %s', async (_, change) => {
  await world.ada.users.requestEmailCode('carol')
  await world.ada.users.requestPhoneCode('carol')
  const kept = () => {
    const subject = { subjectType: 'user', subjectId: 'carol' } as const
    return world.storage.load('default', [{ read: 'entries', subject, namespace: codesNamespace }])
  }
  expect(await kept()).toMatchObject([[{ key: 'email' }, { key: 'phone' }]])

  await world.ada.users.update('carol', change)

  expect(await kept()).toEqual([[]])
})

it('codes are asked for and checked by nobody without user.write', async () => {
  const { bob } = world
  for (const call of [
    () => bob.users.requestEmailCode('carol'),
    () => bob.users.sendEmailCode('carol'),
    () => bob.users.verifyEmail('carol', 'ABC123'),
    () => bob.users.requestPhoneCode('carol'),
    () => bob.users.sendPhoneCode('carol'),
    () => bob.users.verifyPhone('carol', '123456'),
    () => bob.users.requestInitializationCode('carol'),
    () => bob.users.sendInitializationCode('carol'),
    () => bob.users.initialize('carol'),
    () => bob.users.initialize('carol', { code: 'ABC123' }),
  ]) {
    await expectRefused(world, call, { code: 'permission_denied', permission: 'user.write' })
  }
})

it('codes are shown in no event, list or search, not even hashed', async () => {
  const heard: unknown[] = []
  world.directory.on('*', (event) => void heard.push(event))
  const { code } = await world.ada.users.requestEmailCode('carol')
  await world.ada.users.accessTokens('robot').create()

  const events = await world.ada.events({ subject: { type: 'user', id: 'carol' } })
  expect(events.at(-1)).toMatchObject({ type: 'user.human.email.code.added' })
  expect(events.at(-1)?.payload).toEqual({ expiresAt: world.now() + 3_600_000 })
  const everything = JSON.stringify([
    events,
    heard,
    await world.root.events({}),
    await world.ada.users.list(),
    await world.ada.users.get('carol'),
    await world.ada.users.findSnapshots(['carol'], ['app', 'user', 'zitadel']),
  ])
  expect(heard).toHaveLength(2)
  expect(everything).not.toContain(code)
  expect(everything).not.toMatch(/[0-9a-f]{64}/)
  for (const call of [
    () => world.ada.users.metadata('carol', '$codes').values(),
    () => world.ada.users.metadata('carol', '$codes').list(),
    () => world.ada.users.metadata('carol', '$codes').get('email'),
    () => world.ada.users.metadata('carol', '$codes').clear(),
    () => world.ada.users.findSnapshots(['carol'], ['$codes']),
    () => world.ada.users.list({ filter: { op: 'metadata', namespace: '$codes', path: [], test: { op: 'exists' } } }),
  ]) {
    await expectRefused(world, call, { code: 'invalid_input', path: 'namespace' })
  }
})
