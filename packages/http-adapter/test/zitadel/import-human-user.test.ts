import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type Json, type World } from './world'

describe('ImportHumanUser', () => {
  let world: World
  const add = async (changes: Json) => {
    const { status, body } = await world.manage('POST', '/users/human/_import', {
      body: { userName: ' t1 ', profile: { firstName: 'A', lastName: 'B' }, email: { email: 'a@b.ch' }, ...changes },
    })
    expect([status, body]).toEqual([200, body])
    const { user } = (await world.manage('GET', `/users/${body.userId}`)).body
    return [body.details.sequence, user.state, user.human.email.isEmailVerified ?? false, user.userName]
  }
  const email = { email: 'a@b.ch', isEmailVerified: true }

  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(() => world.close())

  it.each<[string, Json, unknown[]]>([
    ['initial without a verified address', { password: 'x' }, ['2', 'USER_STATE_INITIAL', false, 't1']],
    ['initial and unverified without a password', { email }, ['2', 'USER_STATE_INITIAL', false, 't1']],
    ['active with a password', { email, password: 'x' }, ['2', 'USER_STATE_ACTIVE', true, 't1']],
    ['active with a hash', { email, hashedPassword: { value: '$2y$x' } }, ['2', 'USER_STATE_ACTIVE', true, 't1']],
    [
      'active with a passkey to come',
      { email, requestPasswordlessRegistration: true },
      ['2', 'USER_STATE_ACTIVE', true, 't1'],
    ],
    [
      'active with a link to an identity provider',
      { idps: [{ configId: 'c', externalUserId: 'e' }] },
      ['2', 'USER_STATE_ACTIVE', false, 't1'],
    ],
  ])('makes a user %s', async (_, changes, expected) => {
    expect(await add(changes)).toEqual(expected)
  })
})
