import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'
import type { AccessTokenQuery } from './list-access-tokens'

let world: World
beforeEach(async () => {
  world = await createWorld()
  const { users } = world.system
  await users.createMachine({ userId: 'drone', orgId: 'umbrella', userName: 'drone', name: 'Drone' })
  await users.accessTokens('robot').create({ expiresAt: world.now() + 1000 })
  world.advance(5)
  await users.accessTokens('drone').create()
  world.advance(5)
  await users.accessTokens('robot').create()
})

const wherever = (userId: string) => world.directory.as({ userId, across: 'orgs' }).users
const ownersOf = async (userId: string, query?: AccessTokenQuery) =>
  (await wherever(userId).listAccessTokens(query)).items.map((token) => token.userId)

describe('the tokens of all users', () => {
  it('are those of users that the caller may read, oldest first', async () => {
    expect(await ownersOf('root')).toEqual(expect.arrayContaining(['robot', 'drone']))
    expect((await ownersOf('root')).filter((userId) => userId !== 'root')).toEqual(['robot', 'drone', 'robot'])
    expect(await ownersOf('ada')).toEqual(['robot', 'robot'])
    expect((await world.ada.users.listAccessTokens({ count: true })).total).toBe(2)
    expect(await ownersOf('eve')).toEqual([])
  })

  it('are the caller’s own where the call works wherever its subjects live', async () => {
    expect(await ownersOf('drone')).toEqual(['drone'])
    await expectRefused(world, () => world.directory.as({ userId: 'drone' }).users.listAccessTokens(), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
  })

  it('are never shown with what they are made of', async () => {
    const { items } = await world.ada.users.listAccessTokens()

    expect(items[0]).toEqual({
      tokenId: expect.any(String),
      userId: 'robot',
      orgId: 'acme',
      expiresAt: expect.any(Number),
      sequence: '2',
      createdAt: world.now() - 10,
      changedAt: world.now() - 10,
    })
  })

  it('are searched and sorted by what they show', async () => {
    const never = { op: 'equals', field: 'expiresAt', value: null } as const
    const byEnd = [{ field: 'expiresAt', descending: true }] as const

    expect(await ownersOf('ada', { filter: { op: 'equals', field: 'userId', value: 'drone' } })).toEqual([])
    expect((await world.ada.users.listAccessTokens({ filter: never })).items).toHaveLength(1)
    expect((await world.ada.users.listAccessTokens({ filter: { op: 'not', filter: never } })).items).toHaveLength(1)
    const sorted = await world.ada.users.listAccessTokens({ sort: byEnd })
    expect(sorted.items.map(({ expiresAt }) => expiresAt !== null)).toEqual([true, false])
    expect((await world.ada.users.listAccessTokens({ offset: 1, limit: 5 })).items).toHaveLength(1)
  })

  it.each<object>([
    { filter: { op: 'text', field: 'hash', method: 'starts-with', value: 'a', ignoreCase: false } },
    { filter: { op: 'not', filter: { op: 'and', filters: [{ op: 'equals', field: 'hash', value: 'a' }] } } },
    { filter: { op: 'equals', field: '__proto__', value: 'a' } },
    { sort: [{ field: 'hash', descending: false }] },
  ])('are not searched by their hash, nor by what is none of their members: %j', async (query) => {
    await expectRefused(world, () => world.ada.users.listAccessTokens(query), { code: 'invalid_input', path: 'field' })
  })

  it('come in pages of up to a thousand', async () => {
    await expectRefused(world, () => world.ada.users.listAccessTokens({ limit: 1001 }), { code: 'limit_exceeded' })
  })
})
