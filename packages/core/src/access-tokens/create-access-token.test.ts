import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const tokens = () => world.ada.users.accessTokens('robot')

describe('access tokens', () => {
  it('are shown once, and say whose they are', async () => {
    const created = await tokens().create()

    expect(created).toEqual({
      tokenId: expect.any(String),
      token: expect.stringMatching(/^indwell_[\w-]{43}$/),
      sequence: '2',
      createdAt: world.now(),
      changedAt: world.now(),
      orgId: 'acme',
    })
    expect(await world.directory.authenticate(created.token)).toEqual({ userId: 'robot', tokenId: created.tokenId })
    const shown = await tokens().get(created.tokenId)
    expect(shown).toMatchObject({ tokenId: created.tokenId, userId: 'robot', expiresAt: null, sequence: '2' })
    expect(shown).not.toHaveProperty('hash')
    expect(await tokens().list({ count: true })).toEqual({ items: [shown], total: 1 })
  })

  it('leave no trace of what they are made of in the events that are shown', async () => {
    await tokens().create({ token: 'sixteen letters!' })

    const events = await world.ada.events({ subject: { type: 'user', id: 'robot' } })

    expect(events.at(-1)).toMatchObject({ type: 'user.pat.added', payload: { expiresAt: null } })
    expect(events.at(-1)?.payload).not.toHaveProperty('hash')
  })

  it('end when they say, or when they are revoked', async () => {
    const ending = await tokens().create({ expiresAt: world.now() + 10 })
    const revoked = await tokens().create()
    expect(await world.directory.authenticate(ending.token)).toBeDefined()

    world.advance(10)
    const events = await eventsOf(world, () => tokens().delete(revoked.tokenId))

    expect(events).toEqual(['user.pat.removed 4'])
    expect(await world.directory.authenticate(ending.token)).toBeUndefined()
    expect(await world.directory.authenticate(revoked.token)).toBeUndefined()
    await tokens().create({ token: revoked.token })
  })

  it.each(['', 'unknown', 'x'.repeat(513), '\0'])('does not know the token %j', async (token) => {
    expect(await world.directory.authenticate(token)).toBeUndefined()
  })

  it('are refused where the host says so, whatever the maker may otherwise do', async () => {
    const asked: unknown[] = []
    const guarded = await createWorld({
      policies: {
        mayCreateAccessToken: async ({ actor, user }) => {
          asked.push([actor, user.userId])
          return false
        },
      },
    })

    await expectRefused(guarded, () => guarded.ada.users.accessTokens('robot').create(), {
      code: 'permission_denied',
      permission: 'user.write',
      reason: 'policy',
    })
    expect(asked).toEqual([[{ type: 'user', userId: 'ada' }, 'robot']])
  })

  it('name both their maker and their owner in the event', async () => {
    await tokens().create()

    const [event] = (await world.feed()).slice(-1)
    expect(event).toMatchObject({ type: 'user.pat.added', actor: { id: 'ada' }, aggregate: { id: 'robot' } })
  })

  it('belong to machines only, one token to one of them', async () => {
    const { token } = await tokens().create()

    await expectRefused(world, () => tokens().create({ token }), { code: 'already_exists', subject: 'access_token' })
    await expectRefused(world, () => world.ada.users.accessTokens('bob').create(), {
      code: 'invalid_state',
      reason: 'user_not_machine',
    })
  })

  it.each([
    [{ expiresAt: 1 }, { code: 'invalid_input', path: 'expiresAt' }],
    [{ expiresAt: Number.NaN }, { code: 'invalid_input', path: 'expiresAt' }],
    [{ token: '' }, { code: 'invalid_input', path: 'token' }],
  ])('refuses %j', async (input, refusal) => {
    await expectRefused(world, () => tokens().create(input), refusal)
  })

  it('does not know tokens and users that are not there', async () => {
    for (const call of [() => tokens().get('t'), () => tokens().delete('t'), () => tokens().delete('a\0')]) {
      await expectRefused(world, call, { code: 'not_found', subject: 'access_token' })
    }
    const ofEve = world.ada.users.accessTokens('eve')
    for (const call of [() => ofEve.create(), () => ofEve.list(), () => ofEve.get('t'), () => ofEve.delete('t')]) {
      await expectRefused(world, call, { code: 'not_found', subject: 'user', id: 'eve' })
    }
  })
})
