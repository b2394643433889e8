import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'
import type { ValueTest } from '../storage/search'
import type { UserFilter, UserQuery } from './list-users'

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

  it('finds users of the org by their metadata', async () => {
    await world.ada.users.metadata('bob').set({ plan: { name: 'pro', seats: [1, 5] } })
    await world.root.users.metadata('eve').set({ plan: { name: 'pro' } })
    const by = (path: readonly string[], test: ValueTest) =>
      ids({ filter: { op: 'metadata', namespace: 'app', path, test } })

    expect(await by(['plan', 'name'], { op: 'equals', value: 'pro' })).toEqual(['bob'])
    expect(await by(['plan', 'seats'], { op: 'range', from: 2, fromInclusive: true, toInclusive: true })).toEqual([
      'bob',
    ])
    expect(await by(['plan', 'name'], { op: 'equals', value: 'pro\0' })).toEqual([])
    expect(await by(['plan', '\ud800'], { op: 'exists' })).toEqual([])
  })

  it('finds users by where they are members, as far as the call may know', async () => {
    await world.system.orgs.members('umbrella').add({ userId: 'bob', roles: [] })
    const memberOf = (value: string): UserFilter => ({
      op: 'membership',
      of: { op: 'equals', field: 'orgId', value },
    })
    const not = (filter: UserFilter): UserFilter => ({ op: 'not', filter })
    const found = async (acting: World['ada'], filter: UserFilter) =>
      (await acting.users.list({ filter })).items.map(({ userId }) => userId)

    expect(await found(world.root, memberOf('acme'))).toEqual(['ada', 'bob'])
    expect(await found(world.root, memberOf('umbrella'))).toEqual(['bob'])
    expect(await found(world.root, memberOf('umbrella\0'))).toEqual([])
    expect(await found(world.ada, memberOf('acme'))).toEqual(['ada', 'bob'])
    expect(await found(world.ada, memberOf('umbrella'))).toEqual([])
    expect(await found(world.ada, not(memberOf('umbrella')))).toEqual(['ada', 'bob', 'robot'])
    expect(await found(world.ada, { op: 'or', filters: [not(not(memberOf('umbrella')))] })).toEqual([])

    const wherever = (userId: string) => world.directory.as({ userId, across: 'orgs' })
    expect(await found(wherever('ada'), { op: 'membership', of: { op: 'and', filters: [] } })).toEqual(['ada', 'bob'])
    expect(await found(wherever('bob'), memberOf('umbrella'))).toEqual([])
    expect(await found(wherever('root'), memberOf('umbrella'))).toEqual(['bob'])
    expect(await found(wherever('eve'), memberOf('acme'))).toEqual([])
  })

  it('tells nothing of memberships to who may not read them', async () => {
    world = await createWorld({ roles: { LOOKER: ['user.read'] } })
    await world.system.orgs.members('acme').add({ userId: 'robot', roles: ['LOOKER'] })
    const robot = world.directory.as({ userId: 'robot' })
    const filter = { op: 'membership', of: { op: 'equals', field: 'orgId', value: 'acme' } } as const

    expect((await robot.users.list()).items).toHaveLength(3)
    for (const asked of [filter, { op: 'not', filter }, { op: 'or', filters: [filter] }] as const) {
      await expectRefused(world, () => robot.users.list({ filter: asked }), {
        code: 'permission_denied',
        permission: 'user.membership.read',
      })
    }
  })

  it('tells a user nothing of its metadata that it may not read itself', async () => {
    for (const namespace of ['app', 'user']) await world.system.users.metadata('eve', namespace).set({ plan: 'pro' })
    const eve = world.directory.as({ userId: 'eve', across: 'orgs' })
    const pro = (namespace: string): UserFilter => ({
      op: 'metadata',
      namespace,
      path: ['plan'],
      test: { op: 'equals', value: 'pro' },
    })
    const found = async (filter: UserFilter) => (await eve.users.list({ filter })).items.map(({ userId }) => userId)

    expect(await found(pro('user'))).toEqual(['eve'])
    expect(await found(pro('app'))).toEqual([])
    expect(await found({ op: 'not', filter: pro('app') })).toEqual([])
    expect(await found({ op: 'or', filters: [pro('user'), pro('app')] })).toEqual([])
  })

  it('sorts by the newest event, those of metadata among them', async () => {
    await world.ada.users.metadata('bob').set({ plan: 'pro' })

    expect((await ids({ sort: [{ field: 'updatedAt', descending: true }] }))[0]).toBe('bob')
  })

  it('refuses a filter that no database would take', async () => {
    const condition = { op: 'equals', field: 'userId', value: 'ada' } as const
    let deep: UserFilter = condition
    for (let level = 0; level < 50; level += 1) deep = { op: 'not', filter: deep }
    const path = Array<string>(101).fill('a')

    for (const [filter, refusal] of [
      [deep, { code: 'limit_exceeded', limitName: 'filter.depth', limit: 50, actual: 51 }],
      [
        { op: 'or', filters: Array<UserFilter>(500).fill(condition) },
        { code: 'limit_exceeded', limitName: 'filter.conditions', limit: 500, actual: 501 },
      ],
      [
        { op: 'metadata', namespace: 'app', path, test: { op: 'exists' } },
        { code: 'limit_exceeded', limitName: 'filter.path', limit: 100, actual: 101 },
      ],
      [
        { op: 'metadata', namespace: '$touched', path: [], test: { op: 'exists' } },
        { code: 'invalid_input', path: 'namespace' },
      ],
    ] as const satisfies readonly (readonly [UserFilter, object])[]) {
      await expectRefused(world, () => world.ada.users.list({ filter }), refusal)
    }
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
