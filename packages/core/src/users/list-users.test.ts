import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'
import type { UserQuery } from './list-users'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const ids = async (query: UserQuery) => (await world.ada.users.list(query)).items.map(({ userId }) => userId)

describe('listUsers', () => {
  it('answers the users of the org in which the call works', async () => {
    expect(await world.ada.users.list({ count: true })).toMatchObject({
      items: [{ userId: 'ada' }, { userId: 'bob' }, { userId: 'robot' }],
      total: 3,
    })
    expect((await world.root.users.list({ count: true })).total).toBe(5)
  })

  it('pages, sorts and filters', async () => {
    expect(await ids({ offset: 1, limit: 1 })).toEqual(['bob'])
    expect(await ids({ limit: 0 })).toEqual([])
    expect(await ids({ sort: [{ field: 'userName', descending: true }] })).toEqual(['robot', 'bob', 'ada'])
    expect(await ids({ filter: { op: 'equals', field: 'type', value: 'machine' } })).toEqual(['robot'])
  })

  it('cannot be made to look beyond the org by a filter', async () => {
    const everything = { op: 'or', filters: [{ op: 'and', filters: [] }] } as const

    expect(await ids({ filter: everything })).toEqual(['ada', 'bob', 'robot'])
    expect(await ids({ filter: { op: 'equals', field: 'orgId', value: 'umbrella' } })).toEqual([])
  })

  it('finds nothing by text that no database can hold', async () => {
    expect(await ids({ filter: { op: 'equals', field: 'userName', value: 'a\0' } })).toEqual([])
    expect(await ids({ filter: { op: 'in', field: 'userName', values: ['\ud800', 'ada'] } })).toEqual(['ada'])
    const text = { op: 'text', field: 'userName', method: 'contains', value: '\0', ignoreCase: true } as const
    expect(await ids({ filter: { op: 'or', filters: [text] } })).toEqual([])
    expect(await ids({ filter: { op: 'not', filter: text } })).toEqual(['ada', 'bob', 'robot'])
  })

  it('takes wildcards for what they are', async () => {
    const text = { op: 'text', field: 'userName', method: 'contains', value: '%', ignoreCase: false } as const

    expect(await ids({ filter: text })).toEqual([])
  })

  it.each([
    [{ limit: 1001 }, { code: 'limit_exceeded', limitName: 'page.size', limit: 1000, actual: 1001 }],
    [{ limit: -1 }, { code: 'invalid_input', path: 'limit' }],
    [{ limit: 1.5 }, { code: 'invalid_input', path: 'limit' }],
    [{ offset: Number.NaN }, { code: 'invalid_input', path: 'offset' }],
  ])('refuses %j', async (query, refusal) => {
    await expectRefused(world, () => world.ada.users.list(query), refusal)
  })
})
