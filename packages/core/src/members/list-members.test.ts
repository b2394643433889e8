import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../test/world'
import type { MemberQuery } from './list-members'

let world: World
beforeEach(async () => {
  world = await createWorld()
  const { orgId } = await world.system.orgs.create({ name: 'Away' })
  await world.directory
    .asSystem('test', { orgId })
    .users.createHuman({ userId: 'zoe', firstName: 'Zoe', email: 'z@x.org' })
  await world.system.orgs.members('acme').add({ userId: 'zoe', roles: ['ORG_OWNER'], expiresAt: world.now() + 1 })
})

const idsOf = async (query: MemberQuery) =>
  (await world.system.orgs.members('acme').list(query)).items.map(({ userId }) => userId)

describe('listMembers', () => {
  it('finds by what is known of the user, whatever org owns it', async () => {
    const starting = { op: 'text', method: 'starts-with', ignoreCase: true } as const

    expect(await idsOf({ filter: { ...starting, field: 'user.firstName', value: 'zO' } })).toEqual(['zoe'])
    expect(await idsOf({ filter: { ...starting, field: 'user.email', value: 'Z@' } })).toEqual(['zoe'])
    expect(await idsOf({ filter: { ...starting, field: 'user.displayName', value: 'nobody' } })).toEqual([])
  })

  it('sorts by what is known of the user, and counts what matches', async () => {
    const query = { sort: [{ field: 'user.orgId', descending: false }], count: true } as const
    const { items, total } = await world.system.orgs.members('acme').list(query)

    expect(items.map(({ user }) => user.orgId)).toEqual(items.map(({ user }) => user.orgId).toSorted())
    expect(total).toBe(items.length)
    expect(await world.system.orgs.members('acme').list({ ...query, offset: 1, limit: 1 })).toEqual({
      items: items.slice(1, 2),
      total,
    })
  })

  it('lists a membership that is over, as long as nobody removes it', async () => {
    world.advance(1000)

    expect(await idsOf({ filter: { op: 'equals', field: 'user.email', value: 'z@x.org' } })).toEqual(['zoe'])
  })
})
