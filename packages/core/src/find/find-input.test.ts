import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../test/world'

describe('what users.find refuses', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })

  const itself: Record<string, unknown> = {}
  itself.not = itself
  const both: Record<string, unknown> = {}
  both.and = [both, both]
  const deep = (levels: number): object => (levels === 0 ? {} : { not: deep(levels - 1) })

  const invalid: readonly (readonly [query: object, path: string])[] = [
    [{ where: null }, 'where'],
    [{ where: [] }, 'where'],
    [{ where: new Map() }, 'where'],
    [{ were: {} }, 'were'],
    [{ where: { userName: undefined } }, 'where.userName'],
    [{ where: { metadata: { plan: undefined } } }, 'where.metadata.plan'],
    [{ where: { metadata: { plan: { eq: undefined } } } }, 'where.metadata.plan.eq'],
    [{ where: { usrName: 'a' } }, 'where.usrName'],
    [{ where: { toString: 'a' } }, 'where.toString'],
    [{ where: JSON.parse('{"__proto__":"a"}') }, 'where.__proto__'],
    [{ where: { userName: null } }, 'where.userName'],
    [{ where: { userName: 1 } }, 'where.userName'],
    [{ where: { userName: 'a\0' } }, 'where.userName'],
    [{ where: { userName: '\ud800' } }, 'where.userName'],
    [{ where: { userName: {} } }, 'where.userName'],
    [{ where: { userName: { ignoreCase: true } } }, 'where.userName'],
    [{ where: { userName: { like: 'a%' } } }, 'where.userName.like'],
    [{ where: { userName: { in: 'a' } } }, 'where.userName.in'],
    [{ where: { userName: { in: ['a', 1] } } }, 'where.userName.in.1'],
    [{ where: { userName: { gt: 'a', ignoreCase: true } } }, 'where.userName.ignoreCase'],
    [{ where: { userName: { gt: 'a', gte: 'b' } } }, 'where.userName.gte'],
    [{ where: { createdAt: 'today' } }, 'where.createdAt'],
    [{ where: { createdAt: { gte: new Date(Number.NaN) } } }, 'where.createdAt.gte'],
    [{ where: { createdAt: Number.POSITIVE_INFINITY } }, 'where.createdAt'],
    [{ where: { createdAt: { prefix: '1' } } }, 'where.createdAt.prefix'],
    [{ where: { emailVerified: 'true' } }, 'where.emailVerified'],
    [{ where: { emailVerified: { gt: false } } }, 'where.emailVerified.gt'],
    [{ where: { or: {} } }, 'where.or'],
    [{ where: { or: [{}, null] } }, 'where.or.1'],
    [{ where: { memberships: { every: {} } } }, 'where.memberships.every'],
    [{ where: { memberships: { some: { role: 'a' } } } }, 'where.memberships.some.role'],
    [{ where: { metadata: { plan: null } } }, 'where.metadata.plan'],
    [{ where: { metadata: { plan: ['a'] } } }, 'where.metadata.plan'],
    [{ where: { metadata: { plan: { city: 'Oslo' } } } }, 'where.metadata.plan.city'],
    [{ where: { metadata: { plan: { prefix: 'a', suffix: 'b' } } } }, 'where.metadata.plan'],
    [{ where: { metadata: { plan: { gt: 1, exists: true } } } }, 'where.metadata.plan'],
    [{ where: { metadata: { plan: { gt: 1, lt: 'a' } } } }, 'where.metadata.plan'],
    [{ where: { metadata: { plan: { gt: true } } } }, 'where.metadata.plan.gt'],
    [{ where: { metadata: { plan: { eq: Number.NaN } } } }, 'where.metadata.plan.eq'],
    [{ where: { metadataIn: { '': { a: 1 } } } }, 'namespace'],
    [{ orderBy: { emailVerified: 'asc' } }, 'orderBy.emailVerified'],
    [{ orderBy: { updatedAt: 'asc' } }, 'orderBy.updatedAt'],
    [{ orderBy: { metadata: 'asc' } }, 'orderBy.metadata'],
    [{ orderBy: { userName: 'up' } }, 'orderBy.userName'],
    [{ orderBy: { userName: 'asc', email: 'asc' } }, 'orderBy'],
    [{ orderBy: [{ userName: 'asc' }, { userName: 'desc' }] }, 'orderBy.userName'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ after: 7 }, 'after'],
  ]
  it.each(invalid)('%o', async (query, path) => {
    await expect(world.ada.users.find(query)).rejects.toMatchObject({ code: 'invalid_input', path })
  })

  const tooLarge: readonly (readonly [what: string, query: object, limit: string])[] = [
    ['a page', { limit: 1001 }, 'page.size'],
    ['depth', { where: deep(60) }, 'filter.depth'],
    ['an object in itself', { where: itself }, 'filter.depth'],
    ['an object twice in itself', { where: both }, 'filter.depth'],
    ['conditions', { where: { or: Array.from({ length: 501 }, () => ({ userName: 'a' })) } }, 'filter.conditions'],
    ['values', { where: { userName: { in: Array(1001).fill('a') } } }, 'filter.values'],
    [
      'an order',
      { orderBy: ['userName', 'email', 'phone', 'state', 'type', 'orgId'].map((f) => ({ [f]: 'asc' })) },
      'order.members',
    ],
  ]
  it.each(tooLarge)('%s that is too large', async (_, query, limit) => {
    await expect(world.ada.users.find(query)).rejects.toMatchObject({ code: 'limit_exceeded', limitName: limit })
  })
})
