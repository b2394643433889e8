import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, zitadelErrorBody as err, type World } from './world'

describe('the limits of a call', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  it('shows 1,000 rows where no limit is given', async () => {
    const { users } = world.directory.asSystem('test', { orgId: world.acme })
    await Promise.all(
      Array.from({ length: 1001 }, (_, index) => users.createMachine({ userName: `m${index}`, name: 'M' })),
    )

    const { body } = await world.manage('POST', '/users/_search', { body: {} })

    expect([body.result.length, body.details.totalResult]).toEqual([1000, '1002'])
  })

  it('refuses more than 500 conditions', async () => {
    const queries = Array.from({ length: 500 }, (_, index) => ({ userNameQuery: { userName: `m${index}` } }))
    const search = (count: number) =>
      world.manage('POST', '/users/_search', { body: { queries: [{ orQuery: { queries: queries.slice(0, count) } }] } })

    expect((await search(400)).body.details.totalResult).toBe('400')
    expect(await search(500)).toMatchObject({ status: 400, body: { code: 3 } })
  })

  it('makes a name of two as long as names may be', async () => {
    const profile = { firstName: 'a'.repeat(200), lastName: 'b'.repeat(200) }
    const { body } = await world.manage('POST', '/users/human', {
      body: { userName: 'long', profile, email: { email: 'a@b.ch' } },
    })

    const { user } = (await world.manage('GET', `/users/${body.userId}`)).body
    expect(user.human.profile.displayName).toBe(`${profile.firstName} ${profile.lastName}`)
  })

  it('refuses more roles than 100', async () => {
    const { userId } = await world.machine('plain')
    const add = (count: number) =>
      world.manage('POST', '/orgs/me/members', { body: { userId, roles: Array(count).fill('ORG_OWNER') } })

    expect(await add(101)).toMatchObject({ status: 400, body: err(3, 'Org-4N8es', 'Errors.Org.MemberInvalid') })
    expect((await add(100)).status).toBe(200)
  })
})
