import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type Json, type World } from './world'

describe('where no column is named', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const listed = async (path: string, asc: boolean) =>
    (await world.manage('POST', path, { body: { query: { asc } } })).body.result as Json[]

  it('members stand by the ids of their users', async () => {
    const system = world.directory.asSystem('test')
    for (const userId of ['c', 'a', 'b']) {
      await system.users.createMachine({ userId, userName: userId, name: userId })
      await system.orgs.members(world.acme).add({ userId, roles: ['ORG_OWNER'] })
    }

    for (const asc of [true, false]) {
      expect((await listed('/orgs/me/members/_search', asc)).map(({ userId }) => userId)).toEqual(['a', 'b', 'c'])
    }
  })

  it('memberships stand with that of the instance first, access tokens oldest first', async () => {
    const { userId } = await world.machine('both', { roles: ['ORG_OWNER'] })
    await world.directory.asSystem('test').members.add({ userId, roles: ['IAM_OWNER'] })
    const tokens = [
      await world.manage('POST', `/users/${userId}/pats`),
      await world.manage('POST', `/users/${userId}/pats`),
    ]
    const ids = tokens.map(({ body }) => body.tokenId)

    for (const asc of [true, false]) {
      const memberships = await listed(`/users/${userId}/memberships/_search`, asc)
      expect(memberships.map(({ iam = false }) => iam)).toEqual([true, false])
      expect((await listed(`/users/${userId}/pats/_search`, asc)).map(({ id }) => id).slice(-2)).toEqual(ids)
    }
  })
})
