import { type DirectoryStorage, defineMetadata } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectWhole } from './replay'
import { createWorld, dawn, expectRefused, type World } from './world'

const metadata = defineMetadata({
  user: {
    plan: v.picklist(['free', 'pro', 'team']),
    taxId: { schema: v.string(), redact: true },
    risk: { schema: v.number(), read: ['system'], write: ['system'] },
    handle: { schema: v.string(), unique: true },
  },
})

/** The rules that hold on every storage. */
export function describeHistory(open: () => Promise<DirectoryStorage>): void {
  let storage: DirectoryStorage
  let instances = 0
  beforeAll(async () => {
    storage = await open()
  })
  afterAll(() => storage.close())
  const settle = (options: Parameters<typeof createWorld>[0] = {}): Promise<World> =>
    createWorld({ ...options, storage, instanceId: `i-${++instances}` })

  describe('the history of a subject', () => {
    it('tells who changed what, when, why, and what it was before', async () => {
      const world = await settle()
      const ada = world.directory.as({ userId: 'ada', reason: 'ticket 4711' })
      await ada.users.update('bob', { firstName: 'Bob' })
      world.advance(5)
      await ada.users.metadata('bob').set({ plan: 'free', __proto__: null })
      await ada.users.metadata('bob').apply({ set: { plan: 'pro' } })

      const history = await world.bob.users.history('bob')

      expect(history.map(({ sequence, type, at }) => [sequence, type, at - dawn])).toEqual([
        ['1', 'user.human.added', 0],
        ['2', 'user.human.profile.changed', 1000],
        ['3', 'user.metadata.set', 1005],
        ['4', 'user.metadata.set', 1005],
      ])
      expect(history[1]).toMatchObject({
        actor: { type: 'user', id: 'ada', reason: 'ticket 4711' },
        differences: [{ of: 'record', member: 'firstName', before: null, after: 'Bob' }],
      })
      expect(history[2]?.differences).toEqual([{ of: 'metadata', namespace: 'app', key: 'plan', after: 'free' }])
      expect(history[3]?.differences).toEqual([
        { of: 'metadata', namespace: 'app', key: 'plan', before: 'free', after: 'pro' },
      ])
    })

    it('narrows to a namespace and a key, and goes on from a sequence in either direction', async () => {
      const world = await settle()
      const app = world.system.users.metadata('bob')
      for (const seats of [1, 2, 3]) await app.set({ seats, other: seats })
      await app.clear()
      await world.system.users.metadata('bob', 'user').set({ seats: 9 })
      const seats = async (query: object) => {
        const changes = await world.system.users.history('bob', { key: 'seats', ...query })
        return changes.map(({ differences: [only] }) => only?.of === 'metadata' && [only.before, only.after])
      }

      expect(await seats({})).toEqual([
        [undefined, 1],
        [1, 2],
        [2, 3],
        [3, undefined],
      ])
      expect(await seats({ namespace: 'user' })).toEqual([[undefined, 9]])
      expect(await seats({ descending: true, limit: 2 })).toEqual([
        [3, undefined],
        [2, 3],
      ])
      expect(await seats({ after: '4', limit: 1 })).toEqual([[2, 3]])
      expect(await seats({ after: '6', descending: true, limit: 1 })).toEqual([[1, 2]])
    })

    it('tells of memberships and domains of an org, of tokens, and of bytes, without secrets', async () => {
      const world = await settle()
      await world.ada.orgs.domains().add('a.example')
      await world.system.users.accessTokens('robot').create()
      await world.system.users.metadata('robot', 'zitadel').set({ key: new Uint8Array([1, 2]) })

      const ofOrg = (await world.ada.orgs.history('acme')).flatMap(({ differences }) => differences)
      const ofRobot = (await world.ada.users.history('robot')).flatMap(({ differences }) => differences)

      expect(ofOrg).toContainEqual({ of: 'member', id: 'ada', after: { roles: ['ORG_OWNER'], expiresAt: null } })
      expect(ofOrg).toContainEqual(expect.objectContaining({ of: 'domain', id: 'a.example' }))
      expect(ofRobot).toContainEqual({ of: 'accessToken', id: expect.any(String), after: { expiresAt: null } })
      expect(ofRobot).toContainEqual(expect.objectContaining({ key: 'key', after: Buffer.from([1, 2]) as never }))
      expect(JSON.stringify(ofRobot)).not.toContain('hash')
    })

    it('shows nobody what is redacted, nor a caller what is hidden from it', async () => {
      const world = await settle({ metadata })
      await world.system.users.metadata('bob').set({ plan: 'free', taxId: 'T-1', risk: 7 })
      const hidden = (key: string) => ({ of: 'metadata', namespace: 'app', key, hidden: true })

      const shown = (await world.ada.users.history('bob')).flatMap(({ differences }) => differences)
      expect(shown).toContainEqual(hidden('taxId'))
      expect(shown).toContainEqual(hidden('risk'))
      const bySystem = (await world.system.users.history('bob')).flatMap(({ differences }) => differences)
      expect(bySystem).toContainEqual(hidden('taxId'))
      expect(bySystem).toContainEqual({ of: 'metadata', namespace: 'app', key: 'risk', after: 7 })
      expect(await world.ada.users.asOf('bob', { time: world.now() })).toMatchObject({
        metadata: { app: { plan: 'free' } },
        redacted: [{ namespace: 'app', key: 'taxId' }],
      })
      expect(await world.system.users.metadata('bob').asOf({ time: world.now() })).toEqual({ plan: 'free', risk: 7 })
    })

    it('is none of what is not there or lives in another org', async () => {
      const world = await settle()
      expect(await world.ada.users.history('eve')).toEqual([])
      expect(await world.ada.users.history('ghost\0')).toEqual([])
      expect(await world.ada.users.asOf('eve', { time: world.now() })).toBeUndefined()
      expect(await world.ada.users.asOf('eve', { sequence: '99' })).toBeUndefined()
    })

    it.each([
      [{ after: 'x' }, 'after'],
      [{ key: '' }, 'key'],
      [{ namespace: '$codes' }, 'namespace'],
      [{ limit: -1 }, 'limit'],
    ])('refuses %j', async (query, path) => {
      const world = await settle()
      await expectRefused(world, () => world.ada.users.history('bob', query), { code: 'invalid_input', path })
    })

    it('refuses a reason that cannot be kept', async () => {
      const world = await settle()
      for (const reason of ['a\0', '\ud800', 7 as never]) {
        expect(() => world.directory.as({ userId: 'ada', reason })).toThrow(expect.objectContaining({ path: 'reason' }))
      }
    })
  })

  describe('what a subject was', () => {
    it('is answered at a sequence and at a time, of what is gone too', async () => {
      const world = await settle()
      await world.system.users.metadata('bob').set({ plan: 'free' })
      world.advance(10)
      const { sequence } = await world.system.users.update('bob', { nickName: 'B' })
      world.advance(10)
      await world.system.users.delete('bob')
      const at = world.now()

      expect(await world.ada.users.asOf('bob', { sequence: '1' })).toMatchObject({ metadata: {}, sequence: '1' })
      expect(await world.ada.users.asOf('bob', { time: at - 20 })).toMatchObject({
        record: { userName: 'bob', nickName: null },
        metadata: { app: { plan: 'free' } },
        at: at - 20,
      })
      expect(await world.ada.users.asOf('bob', { sequence })).toMatchObject({ record: { nickName: 'B' } })
      expect(await world.ada.users.asOf('bob', { time: at })).toBeUndefined()
      expect(await world.ada.users.asOf('bob', { time: dawn - 1 })).toBeUndefined()
    })

    it('is nothing from when its org was removed', async () => {
      const world = await settle()
      world.advance(10)
      await world.system.orgs.delete('umbrella')

      expect(await world.system.users.asOf('eve', { time: world.now() - 1 })).toMatchObject({ sequence: '1' })
      expect(await world.system.users.asOf('eve', { time: world.now() })).toBeUndefined()
      expect(await world.system.orgs.asOf('umbrella', { time: world.now() - 1 })).toMatchObject({
        record: { name: 'Umbrella' },
      })
    })

    it('refuses what is no point', async () => {
      const world = await settle()
      for (const at of [{}, { sequence: '0' }, { sequence: 1 }, { time: 1.5 }, { sequence: '1', time: 1 }, null]) {
        await expectRefused(world, () => world.ada.users.asOf('bob', at as never), { code: 'invalid_input' })
      }
      await expectRefused(world, () => world.ada.users.asOf('bob', { sequence: '9' }), {
        code: 'invalid_input',
        path: 'sequence',
      })
    })
  })

  describe('a revert', () => {
    it('makes a namespace what it was, by ordinary events in one write', async () => {
      const world = await settle()
      const app = world.system.users.metadata('bob')
      const { sequence } = await app.set({ plan: 'free', seats: 1, same: true })
      await app.apply({ set: { plan: 'pro', late: 1 }, remove: ['seats'] })
      const ada = world.directory.as({ userId: 'ada', reason: 'undo' })

      const { changed } = await ada.users.metadata('bob').revert({ sequence })

      expect([...changed].sort()).toEqual(['late', 'plan', 'seats'])
      expect(await app.values()).toEqual({ plan: 'free', seats: 1, same: true })
      const last = (await world.feed()).slice(-3)
      expect(last.map(({ type }) => type).sort()).toEqual([
        'user.metadata.removed',
        'user.metadata.set',
        'user.metadata.set',
      ])
      expect(last[0]?.actor).toEqual({ type: 'user', id: 'ada', reason: 'undo' })
      const before = await world.feed()
      expect((await app.revert({ sequence })).changed).toEqual([])
      expect(await world.feed()).toEqual(before)
    })

    it('keeps to the keys named', async () => {
      const world = await settle()
      const app = world.system.users.metadata('bob')
      const { sequence } = await app.set({ plan: 'free', seats: 1 })
      await app.set({ plan: 'pro', seats: 2, late: 1 })

      expect((await app.revert({ sequence }, { keys: ['seats', 'unknown'] })).changed).toEqual(['seats'])
      expect(await app.values()).toEqual({ plan: 'pro', seats: 1, late: 1 })
    })

    it('reaches all namespaces of a subject, and heeds the version named', async () => {
      const world = await settle()
      const { users } = world.system
      await users.metadata('bob').set({ a: 1 })
      const { sequence } = await users.metadata('bob', 'zitadel').set({ k: new Uint8Array([1]) })
      await users.metadata('bob').clear()
      await users.metadata('bob', 'zitadel').set({ k: new Uint8Array([2]) })
      const { sequence: version } = await users.metadata('bob', 'user').set({ new: 1 })

      await expectRefused(world, () => users.revertMetadata('bob', { sequence }, { ifVersion: sequence }), {
        code: 'version_conflict',
      })
      const { changed } = await users.revertMetadata('bob', { sequence }, { ifVersion: version })

      expect(changed).toHaveLength(3)
      expect(await users.metadata('bob').values()).toEqual({ a: 1 })
      expect(Buffer.from((await users.metadata('bob', 'zitadel').values()).k as Uint8Array)).toEqual(Buffer.from([1]))
      expect(await users.metadata('bob', 'user').values()).toEqual({})
    })

    it('is refused whole for what is no longer fit, taken by others or for others to write', async () => {
      const world = await settle({ metadata })
      const bob = world.system.users.metadata('bob')
      const { sequence } = await bob.set({ handle: 'b', risk: 1, taxId: 'T-1' })
      await bob.apply({ set: { taxId: 'T-2', risk: 2 }, remove: ['handle'] })

      await expectRefused(world, () => world.ada.users.metadata('bob').revert({ sequence }), {
        code: 'permission_denied',
        reason: 'metadata_key',
      })
      await world.system.users.metadata('robot').set({ handle: 'b' })
      await expectRefused(world, () => bob.revert({ sequence }), { code: 'already_exists', subject: 'metadata' })
      await world.system.users.metadata('robot').remove('handle')
      await bob.revert({ sequence })
      expect(await bob.values()).toEqual({ handle: 'b', risk: 1, taxId: 'T-1' })
    })

    it('never brings back what belonged to who had the id before', async () => {
      const world = await settle()
      const { sequence } = await world.system.users.metadata('bob').set({ plan: 'free' })
      await world.system.users.delete('bob')
      await world.system.users.createHuman({ userId: 'bob', orgId: 'acme', userName: 'bob' })

      await expectRefused(world, () => world.system.users.revertMetadata('bob', { sequence }), {
        code: 'invalid_input',
        path: 'to',
      })
    })

    it('of writers at the same time leaves none half done', async () => {
      const world = await settle()
      const app = world.system.users.metadata('bob')
      const { sequence } = await app.set({ a: 0, b: 0 })
      await app.set({ a: 1, b: 1 })

      await Promise.all([app.revert({ sequence }), ...[1, 2, 3].map((n) => app.set({ a: n, b: n, c: n }))])

      const { a, b } = await app.values()
      expect(a).toBe(b)
    })
  })

  describe('a purge', () => {
    it('leaves one event for what was before, which tells how many it stands for and nothing else', async () => {
      const world = await settle()
      const app = world.system.users.metadata('bob')
      for (const n of [1, 2, 3]) await app.set({ n })
      const rows = await app.list()
      const seen = (await world.feed())[2]!.position
      world.advance(10)
      const { sequence } = await app.set({ n: 4 })

      const purged = await world.directory.purgeHistory({ before: world.now() })

      expect(purged.removed).toBeGreaterThan(3)
      expect(await world.directory.purgeHistory({ before: world.now() })).toEqual({ subjects: 0, removed: 0 })
      expect((await app.list()).items[0]).toMatchObject({ createdAt: rows.items[0]!.createdAt, sequence })
      const behind = await world.system.events({ after: seen, subjectId: 'bob' })
      expect(behind.map(({ type, sequence: number }) => [type, number])).toEqual([
        ['user.history.folded', '4'],
        ['user.metadata.set', '5'],
      ])
      expect(behind[0]?.payload).toEqual({ events: 4, since: dawn })
      expect(await world.ada.users.history('bob')).toMatchObject([
        { sequence: '4', differences: [], purged: { events: 4, since: dawn } },
        { sequence: '5', differences: [{ key: 'n', before: 3, after: 4 }] },
      ])
    })

    it('has its reach told by name to whoever asks for what is gone', async () => {
      const world = await settle()
      const app = world.system.users.metadata('bob')
      await app.set({ n: 1 })
      await app.set({ n: 2 })
      world.advance(10)
      await app.set({ n: 3 })
      await world.directory.purgeHistory({ before: world.now() })

      await expectRefused(world, () => app.revert({ sequence: '2' }), {
        code: 'invalid_state',
        reason: 'history_purged',
      })
      await expectRefused(world, () => world.ada.users.asOf('bob', { time: dawn }), {
        reason: 'history_purged',
      } as never)
      await app.revert({ sequence: '3' })
      expect(await app.values()).toEqual({ n: 2 })
    })

    it.each([[1.5], [Number.NaN], ['x' as never], [dawn + 1e9]])('refuses %j', async (before) => {
      const world = await settle()
      await expect(world.directory.purgeHistory({ before })).rejects.toMatchObject({ path: 'before' })
    })

    it('keeps who went with its org, which its memberships elsewhere go by', async () => {
      const world = await settle()
      world.advance(10)
      const before = world.now()
      await world.system.users.update('eve', { nickName: 'E' })
      world.advance(10)
      await world.system.orgs.members('acme').add({ userId: 'eve', roles: [] })
      await world.system.orgs.delete('umbrella')
      for (const time of [before, world.now(), world.now() + 10]) {
        world.advance(10)
        await world.directory.purgeHistory({ before: time })
        await expectWhole(world.storage, world.directory.instanceId)
      }
    })

    it('ends where its signal says so', async () => {
      const world = await settle()
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(world.directory.purgeHistory({ before: world.now(), signal })).rejects.toThrow('enough')
    })
  })
}
