import type { DirectoryErrorCode } from '@indwell/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from './world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const many = <T>(count: number, call: (index: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: count }, (_, index) => call(index)))

const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) =>
    result.status === 'fulfilled' ? 'done' : (result.reason as { code: DirectoryErrorCode }).code,
  )

const count = (results: readonly PromiseSettledResult<unknown>[], code: string) =>
  codes(results).filter((each) => each === code).length

describe('calls at the same time', () => {
  it('set different keys of one user, each with a sequence of its own', async () => {
    const written = await Promise.all(
      Array.from({ length: 64 }, (_, index) => world.ada.users.metadata('bob').set({ [`k${index}`]: index })),
    )

    const sequences = written.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b)
    expect(sequences).toEqual(Array.from({ length: 64 }, (_, index) => index + 2))
    expect(Object.keys(await world.ada.users.metadata('bob').values())).toHaveLength(64)
  })

  it('set one key of one user, of which the last wins', async () => {
    const written = await Promise.all(
      Array.from({ length: 64 }, (_, index) => world.ada.users.metadata('bob', 'user').set({ key: index })),
    )

    const last = written.findIndex(({ sequence }) => sequence === '65')
    expect(await world.ada.users.metadata('bob', 'user').get('key')).toMatchObject({ value: last, sequence: '65' })
  })

  it('set, remove and clear: none fails, and the log agrees with what is left', async () => {
    const metadata = world.ada.users.metadata('bob')

    const results = await many(90, (index) => {
      const key = `k${index % 5}`
      if (index % 10 === 9) return metadata.clear()
      return index % 3 === 2 ? metadata.remove(key) : metadata.set({ [key]: index })
    })

    expect(codes(results).filter((code) => code !== 'done')).toEqual([])
    const kept = new Map<string, unknown>()
    for (const { type, payload } of await world.ada.events({ subject: { type: 'user', id: 'bob' }, limit: 1000 })) {
      const { key = '', value } = payload as { key?: string; value?: unknown }
      if (type === 'user.metadata.set') kept.set(key, value)
      if (type === 'user.metadata.removed') kept.delete(key)
      if (type === 'user.metadata.removed.all') kept.clear()
    }
    expect(await metadata.values()).toEqual(Object.fromEntries(kept))
  })

  it('replace a whole namespace 100 times, and one of them stands alone', async () => {
    const metadata = world.ada.users.metadata('bob')

    const results = await many(100, (index) => metadata.apply({ clear: true, set: { [`k${index}`]: index } }))

    expect(codes(results).filter((code) => code !== 'done')).toEqual([])
    expect(Object.keys(await metadata.values())).toHaveLength(1)
  })

  it('lock a user twice: one is refused', async () => {
    const results = await many(2, () => world.ada.users.lock('bob'))

    expect(codes(results).sort()).toEqual(['done', 'invalid_state'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'user_not_active_or_initial' },
    })
  })

  it('create one user name 200 times: one wins, and no one gives up', async () => {
    const results = await many(200, () => world.ada.users.createHuman({ userName: 'carol' }))

    expect(count(results, 'done')).toBe(1)
    expect(count(results, 'already_exists')).toBe(199)
  })

  it('create one id 200 times: one wins', async () => {
    const results = await many(200, (index) => world.ada.users.createHuman({ userId: 'carol', userName: `c${index}` }))

    expect(count(results, 'done')).toBe(1)
    expect(count(results, 'already_exists')).toBe(199)
  })

  it('change different members of one user 200 times without losing one', async () => {
    const members = ['firstName', 'lastName', 'nickName', 'displayName'] as const

    const results = await many(200, (index) =>
      world.ada.users.update('bob', { [members[index % 4]!]: `v${Math.floor(index / 4)}` }),
    )

    expect(codes(results).filter((code) => code !== 'done')).toEqual([])
    const events = await world.ada.events({ subject: { type: 'user', id: 'bob' }, limit: 1000 })
    const folded = Object.assign({}, ...events.map(({ payload }) => payload))
    const bob = await world.ada.users.get('bob')
    for (const member of members) expect(bob[member]).toBe(folded[member])
  })

  it('add one member 50 times: one does', async () => {
    const results = await many(50, () => world.ada.orgs.members().add({ userId: 'robot', roles: [] }))

    expect(count(results, 'done')).toBe(1)
    expect(count(results, 'already_exists')).toBe(49)
  })

  it('delete a user while others make it a member or give it tokens: nothing of it is left', async () => {
    await Promise.all(['o1', 'o2', 'o3'].map((orgId) => world.system.orgs.create({ orgId, name: orgId })))

    const results = await many(24, (index) => {
      if (index === 7) return world.system.users.delete('robot')
      if (index % 2 === 0) return world.system.users.accessTokens('robot').create()
      return world.system.orgs.members(`o${1 + (index % 3)}`).add({ userId: 'robot', roles: [] })
    })

    expect(codes(results).filter((code) => !['done', 'not_found', 'already_exists'].includes(code))).toEqual([])
    expect(results[7]).toMatchObject({ status: 'fulfilled' })
    const whole = {
      offset: 0,
      limit: 100,
      count: false,
      filter: { op: 'equals', field: 'userId', value: 'robot' },
    } as const
    const { storage, directory } = world
    for (const kind of ['member', 'accessToken', 'user'] as const) {
      expect((await storage.search(directory.instanceId, { kind, ...whole })).items).toEqual([])
    }
    expect(await storage.load(directory.instanceId, [{ read: 'memberships', userId: 'robot' }])).toEqual([[]])
  })

  it('delete a user twice: one finds nobody', async () => {
    expect(codes(await many(2, () => world.ada.users.delete('bob'))).sort()).toEqual(['done', 'not_found'])
  })

  it('give an instance its first owner once', async () => {
    await world.root.members.remove('root')

    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => world.directory.bootstrapOwner({ userName: `owner-${index}` })),
    )

    expect(results.filter(({ created }) => created)).toHaveLength(1)
  })
})
