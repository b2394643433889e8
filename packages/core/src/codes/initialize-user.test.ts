import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.ada.users.createHuman({ userId: 'carol', email: 'c@x.example', state: 'initial', connection: 'db' })
})

const users = () => world.ada.users

describe('initialize', () => {
  it('ends the state by the caller’s word, which verifies no address and moves no sequence of the user', async () => {
    const events = await eventsOf(world, () => users().initialize('carol'))

    expect(events).toEqual(['user.human.initialization.check.succeeded 3'])
    expect(await users().get('carol')).toMatchObject({ state: 'active', emailVerified: false, sequence: '1' })
    await expectRefused(world, () => users().initialize('carol'), { code: 'invalid_state', reason: 'user_not_initial' })
  })

  it('ends the state by the code, which verifies the address it was sent to', async () => {
    const { code } = await users().requestInitializationCode('carol')

    const events = await eventsOf(world, () => users().initialize('carol', { code }))

    expect(events).toEqual(['user.human.initialization.check.succeeded 4', 'user.human.email.verified 5'])
    expect(await users().get('carol')).toMatchObject({ state: 'active', emailVerified: true, sequence: '5' })
  })

  it('takes the code that came with the user, of one whose address is verified, or that has none', async () => {
    const dora = await users().createHuman({
      userId: 'dora',
      email: 'd@x.example',
      emailVerified: true,
      state: 'initial',
      emailCode: 'return',
    })
    const emma = await users().createHuman({ userId: 'emma', state: 'initial', emailCode: 'return' })

    const events = await eventsOf(world, async () => {
      await users().initialize('dora', { code: dora.emailCode?.code ?? '' })
      await users().initialize('emma', { code: emma.emailCode?.code ?? '' })
    })

    expect(events).toEqual([
      'user.human.initialization.check.succeeded 4',
      'user.human.initialization.check.succeeded 3',
    ])
  })

  it('counts wrong codes', async () => {
    const { code } = await users().requestInitializationCode('carol')

    const events = await eventsOf(world, async () => {
      for (let wrong = 0; wrong < 5; wrong += 1) {
        await expect(users().initialize('carol', { code: 'wrong' })).rejects.toMatchObject({ reason: 'code_wrong' })
      }
    })

    expect(events[0]).toBe('user.human.initialization.check.failed 4')
    await expectRefused(world, () => users().initialize('carol', { code }), {
      code: 'invalid_state',
      reason: 'code_spent',
    })
    await users().initialize('carol')
  })

  it('takes no code that is missing for the caller’s word', async () => {
    for (const code of [undefined, null, '', 5]) {
      await expectRefused(world, () => users().initialize('carol', { code } as { code: string }), {
        code: 'invalid_input',
        path: 'code',
      })
    }
  })

  it.each([
    ['human', 'robot', 'user_not_human'],
    ['initial', 'bob', 'user_not_initial'],
  ])('refuses a user that is not %s', async (_, userId, reason) => {
    for (const call of [
      () => users().initialize(userId),
      () => users().initialize(userId, { code: 'ABC123' }),
      () => users().sendInitializationCode(userId),
      () => users().requestInitializationCode(userId),
    ]) {
      await expectRefused(world, call, { code: 'invalid_state', reason })
    }
  })
})

describe('a code for initialization', () => {
  it('goes to the new address, which is unique in its connection, and ends the one sent to the old', async () => {
    const { code: former } = await users().requestInitializationCode('carol')

    const events = await eventsOf(world, () => users().requestInitializationCode('carol', { email: 'new@x.example' }))

    expect(events).toEqual(['user.human.email.changed 4', 'user.human.initialization.code.added 5'])
    expect(await users().get('carol')).toMatchObject({ state: 'initial', email: 'new@x.example' })
    await expect(users().initialize('carol', { code: former })).rejects.toMatchObject({ reason: 'code_wrong' })
    await users().createHuman({ email: 'taken@x.example', connection: 'db' })
    await expectRefused(world, () => users().sendInitializationCode('carol', { email: 'taken@x.example' }), {
      code: 'already_exists',
      subject: 'email',
    })
  })

  it('leaves an address that is the same', async () => {
    expect(await eventsOf(world, () => users().sendInitializationCode('carol', { email: 'c@x.example' }))).toEqual([
      'user.human.initialization.code.added 3',
    ])
  })

  it('ends with a change of the address', async () => {
    const { code } = await users().requestInitializationCode('carol')
    await users().update('carol', { email: 'd@x.example' })

    await expectRefused(world, () => users().initialize('carol', { code }), {
      code: 'invalid_state',
      reason: 'code_unknown',
    })
  })

  it('refuses an address that is none', async () => {
    for (const email of ['', 'x', 'a\0@x.example']) {
      await expectRefused(world, () => users().sendInitializationCode('carol', { email }), {
        code: 'invalid_input',
        path: 'email',
      })
    }
  })
})

describe('what needs an initialized user', () => {
  const refusal = { code: 'invalid_state', reason: 'user_initial' }

  it('is refused where the caller says so', async () => {
    const refuse = { refuseInitial: true }
    await expectRefused(world, () => users().update('carol', { email: 'd@x.example' }, refuse), refusal)
    await expectRefused(world, () => users().requestEmailCode('carol', refuse), refusal)
    await expectRefused(world, () => users().sendEmailCode('carol', refuse), refusal)
    await expectRefused(world, () => users().verifyEmail('carol', 'ABC123', refuse), refusal)
    await expectRefused(world, () => users().verifyPhone('carol', '123456', refuse), refusal)

    await users().initialize('carol')
    await users().update('carol', { email: 'd@x.example' }, refuse)
    const { code } = await users().requestEmailCode('carol', refuse)
    await users().verifyEmail('carol', code, refuse)
  })

  it('is done where the caller does not', async () => {
    await users().update('carol', { email: 'd@x.example' })
    const { code } = await users().requestEmailCode('carol')
    await users().verifyEmail('carol', code)
  })
})
