import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  defineMetadata,
  type MetadataChange,
} from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { type } from 'arktype'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { metadata } from './defined-metadata'
import { createWorld, createWorldDatabase, expectRefused, type World } from './world'

const databases = {
  SQLite: async () => ({ storage: sqliteStorage({ filename: ':memory:' }), isFilled: false, drop: async () => {} }),
  async Postgres() {
    const database = await createWorldDatabase()
    return {
      storage: postgresStorage({ connectionString: database.url, max: 4 }),
      isFilled: true,
      drop: () => database.drop(),
    }
  },
}

describe.each(['SQLite', 'Postgres'] as const)('defined metadata, on %s', (kind) => {
  let world: World
  let drop: () => Promise<void>
  beforeEach(async () => {
    const database = await databases[kind]()
    drop = database.drop
    world = await createWorld({ storage: database.storage, isFilled: database.isFilled, metadata })
  })
  afterEach(async () => {
    await world.directory.close()
    await drop()
  })

  const apply = (change: MetadataChange, by: ActingDirectory = world.system) => by.users.metadata('bob').apply(change)
  const valuesOf = (by: ActingDirectory = world.system, userId = 'bob') => by.users.metadata(userId).values()
  const wherever = (userId: string) => world.directory.as({ userId, across: 'orgs' })
  const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code)).sort()

  describe('checks values', () => {
    it('of every library, with the path of what is wrong, on every way in', async () => {
      const bad: readonly (readonly [object, string])[] = [
        [{ plan: 'gold' }, 'plan'],
        [{ seats: 0.5 }, 'seats'],
        [{ badge: { series: 'a', number: 'x' } }, 'badge.number'],
        [{ badge: 1 }, 'badge'],
        [{ plan: undefined }, 'plan'],
        [{ plan: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) }, 'plan'],
      ]
      for (const [given, path] of bad) {
        const set = given as Readonly<Record<string, never>>
        const refusal = Array.isArray(set.plan) ? { code: 'limit_exceeded' } : { code: 'invalid_input', path }
        await expectRefused(world, () => apply({ set }), refusal)
        await expectRefused(world, () => apply({ set: Object.entries(set) }), refusal)
        await expectRefused(world, () => world.system.users.createHuman({ metadata: { app: set } }), refusal)
        await expectRefused(world, () => world.system.users.update('bob', { metadata: { app: { set } } }), refusal)
        const human = { metadata: { app: set } }
        await expectRefused(world, () => world.system.orgs.setUp({ name: 'New', human }), refusal)
        await expectRefused(world, () => world.system.orgs.create({ name: 'New', admins: [{ human }] }), refusal)
      }
      const org = { org: { tier: 'silver' } }
      await expectRefused(world, () => world.system.orgs.create({ name: 'New', metadata: org }), {
        path: 'tier',
        code: 'invalid_input',
      })
      await expectRefused(world, () => world.system.orgs.update('acme', { metadata: { org: { set: org.org } } }), {
        path: 'tier',
        code: 'invalid_input',
      })
      const client = { client: { kind: 'desktop' } }
      await expectRefused(world, () => world.system.clients.create({ name: 'New', metadata: client }), {
        path: 'kind',
        code: 'invalid_input',
      })
      await expectRefused(
        world,
        () => world.system.clients.update('shop', { metadata: { client: { set: client.client } } }),
        { path: 'kind', code: 'invalid_input' },
      )
    })

    it('and stores what the schema makes of them, which comes back as it went in', async () => {
      const avatar = new Uint8Array([0, 255, 1])
      await apply({ set: { handle: 'Bob', seats: 3, badge: { series: 'a', number: 7 } } })
      await world.system.users.metadata('bob', 'zitadel').set({ avatar })

      expect(await valuesOf()).toMatchObject({ handle: 'bob', seats: 3, badge: { series: 'a', number: 7 } })
      expect(
        Buffer.from((await world.system.users.metadata('bob', 'zitadel').get('avatar')).value as Uint8Array),
      ).toEqual(Buffer.from(avatar))
      await expectRefused(world, () => world.system.users.metadata('bob', 'zitadel').set({ avatar: 'AP8B' }), {
        code: 'invalid_input',
        path: 'avatar',
      })
    })

    it('and allows, strips or refuses keys that are not defined', async () => {
      expect((await apply({ set: { other: [1] } })).changed).toEqual(['other'])
      expect((await world.system.orgs.metadata('acme').set({ other: 1, tier: 'gold' })).changed).toEqual(['tier'])
      expect((await world.system.orgs.metadata('acme').set({ other: 1 })).changed).toEqual([])
      await expectRefused(world, () => world.system.clients.metadata('shop').set({ other: 1 }), {
        code: 'invalid_input',
        path: 'other',
      })
      await expectRefused(world, () => world.system.clients.metadata('shop').set({ ['__proto__']: 1 }), {
        code: 'invalid_input',
        path: '__proto__',
      })

      expect((await world.system.clients.metadata('shop').remove('other')).changed).toEqual([])
      expect(await world.system.orgs.metadata('acme').values()).toEqual({ tier: 'gold' })
      expect(await world.system.orgs.metadata('acme', 'elsewhere').set({ other: 1 })).toMatchObject({
        changed: ['other'],
      })
    })
  })

  describe('keeps a value unique', () => {
    const taken = { code: 'already_exists', subject: 'metadata' }

    it('until it is changed, removed or cleared, or its subject is gone', async () => {
      const { users } = world.system
      const take = (handle: string) => users.metadata('robot').set({ handle })
      await users.metadata('bob').set({ handle: 'Ace', badge: { series: 'a', number: 1 } })
      await expectRefused(world, () => take('ace'), { ...taken, key: 'handle' })
      await expectRefused(world, () => users.metadata('robot').set({ badge: { number: 1, series: 'a' } }), {
        ...taken,
        key: 'badge',
      })
      await expectRefused(world, () => users.createHuman({ metadata: { app: { handle: 'ace' } } }), taken)
      await expectRefused(
        world,
        () => users.createHuman({ metadata: { app: { handle: 'ace' } } }, { dryRun: true }),
        taken,
      )

      expect((await users.metadata('bob').set({ handle: 'ACE' })).changed).toEqual([])
      await users.metadata('bob').set({ handle: 'bee' })
      await take('ace')
      await users.metadata('bob').remove('handle')
      await take('bee')
      await users.metadata('bob').set({ handle: 'ace' })
      await users.metadata('bob').clear()
      await take('ace')
      await users.delete('robot')
      await users.metadata('bob').set({ handle: 'ace', badge: { series: 'a', number: 1 } })
      const { userId } = await users.createHuman({ orgId: 'acme', metadata: { app: { handle: 'cee' } } })
      await users.linkIdentity('bob', userId)
      await users.metadata('eve').set({ handle: 'cee' })
    })

    it('of orgs and clients as well, and frees what belonged to an org that is deleted', async () => {
      const { orgs, clients, users } = world.system
      await orgs.metadata('acme').set({ vat: 'DE1' })
      await users.metadata('bob').set({ handle: 'ace' })
      await clients.metadata('shop').set({ serial: '1' })
      await expectRefused(world, () => orgs.metadata('umbrella').set({ vat: 'DE1' }), { ...taken, key: 'vat' })
      await expectRefused(world, () => clients.create({ name: 'C', metadata: { client: { serial: '1' } } }), taken)
      await expectRefused(world, () => orgs.create({ name: 'C', metadata: { org: { vat: 'DE1' } } }), taken)
      await clients.delete('shop')
      await clients.create({ clientId: 'c2', orgId: 'acme', name: 'C', metadata: { client: { serial: '1' } } })

      await orgs.delete('acme')
      await orgs.metadata('umbrella').set({ vat: 'DE1' })
      await users.metadata('eve').set({ handle: 'ace' })
      await clients.create({ name: 'C', metadata: { client: { serial: '1' } } })
    })

    it('whoever wants it at the same time', async () => {
      const { users } = world.system
      const people = ['ada', 'bob', 'eve', 'robot', 'root']
      const results = await Promise.allSettled(people.map((userId) => users.metadata(userId).set({ handle: 'ace' })))
      expect(codes(results)).toEqual([...Array(4).fill('already_exists'), 'done'])

      // One subject that is given many values at once holds the last of them and no other.
      await Promise.all(
        [...Array(12).keys()].map((n) => users.metadata('bob').set({ badge: { series: 'b', number: n } })),
      )
      const { badge } = await valuesOf()
      const others = [...Array(12).keys()].map((n) => ({ series: 'b', number: n }))
      const tries = await Promise.allSettled(
        others.map((other) =>
          users
            .createMachine({ userName: `m${other.number}`, name: 'M' })
            .then(({ userId }) => users.metadata(userId).set({ badge: other })),
        ),
      )
      expect(codes(tries)).toEqual(['already_exists', ...Array(11).fill('done')])
      expect(tries.findIndex(({ status }) => status === 'rejected')).toBe((badge as { number: number }).number)
    })

    it('also while subjects are deleted: nothing stays taken by who is gone', async () => {
      const { users } = world.system
      for (let round = 0; round < 8; round += 1) {
        const { userId } = await users.createMachine({ userName: `m${round}`, name: 'M' })
        await users.metadata(userId).set({ handle: `first-${round}` })
        await Promise.allSettled([users.metadata(userId).set({ handle: `then-${round}` }), users.delete(userId)])
        await users.delete(userId).catch(() => {})
        await users.metadata('bob').set({ handle: `first-${round}` })
        await users.metadata('bob').set({ handle: `then-${round}` })
      }
    })

    it('except null, which any number may hold', async () => {
      const storage = sqliteStorage({ filename: ':memory:' })
      const nullable = defineMetadata({ user: { handle: { schema: v.nullable(v.string()), unique: true } } })
      const other = await createWorld({ storage, metadata: nullable })
      await other.system.users.metadata('bob').set({ handle: null })
      await other.system.users.metadata('eve').set({ handle: null })
      await other.system.users.metadata('bob').set({ handle: 'ace' })
      await expect(other.system.users.metadata('eve').set({ handle: 'ace' })).rejects.toMatchObject(taken)
      await other.directory.close()
    })

    it('that was set before its key was unique, once it is set again', async () => {
      const untyped: Directory = await createDirectory({ storage: world.storage })
      const before = untyped.asSystem('before').users
      await before.metadata('bob').set({ handle: 'ace' })
      await before.metadata('eve').set({ handle: 'ace' })
      const { users } = world.system

      expect((await users.metadata('bob').set({ handle: 'ace' })).changed).toEqual(['handle'])
      await expectRefused(world, () => users.metadata('eve').set({ handle: 'ace' }), taken)
      // What eve holds is not hers to give free.
      await users.metadata('eve').set({ handle: 'bee' })
      await expectRefused(world, () => users.metadata('eve').set({ handle: 'ace' }), taken)
    })
  })

  describe('says who reads and who writes', () => {
    beforeEach(async () => {
      await apply({ set: { plan: 'pro', seats: 2, locale: 'de', note: 'vip', other: 1 } })
      await world.system.users.metadata('bob', 'user').set({ theme: 'dark', rank: 1 })
    })
    const denied = { code: 'permission_denied', reason: 'metadata_key' }

    it('so that what is hidden is absent from every read', async () => {
      const hidden = world.ada.users.metadata('bob')
      expect(await hidden.values()).toEqual({ plan: 'pro', seats: 2, locale: 'de', other: 1, shift: 'off' })
      expect(await hidden.find('note')).toBeUndefined()
      await expect(hidden.get('note')).rejects.toMatchObject({ code: 'not_found', subject: 'metadata' })
      const page = await hidden.list({ count: true, limit: 2 })
      expect(page.total).toBe(4)
      expect((await hidden.list()).items.map(({ key }) => key).sort()).toEqual(['locale', 'other', 'plan', 'seats'])
      expect((await hidden.list({ filter: { op: 'equals', field: 'key', value: 'note' } })).items).toEqual([])
      const [snapshot] = await world.ada.users.findSnapshots(['bob'], ['app'])
      expect(snapshot?.metadata.app).not.toHaveProperty('note')
      expect(await valuesOf()).toMatchObject({ note: 'vip' })

      const events = await world.ada.events({ subject: { type: 'user', id: 'bob' } })
      expect(JSON.stringify(events)).not.toContain('vip')
      expect(JSON.stringify(events)).toContain('"key":"note"')
      expect(JSON.stringify(await world.system.events({ subject: { type: 'user', id: 'bob' } }))).toContain('vip')
    })

    it('and cannot be found out by a search', async () => {
      const by = (path: readonly string[]) => ({
        filter: { op: 'not', filter: { op: 'metadata', namespace: 'app', path, test: { op: 'exists' } } } as const,
      })
      await expectRefused(world, () => world.ada.users.list(by(['note'])), denied)
      await expectRefused(world, () => world.ada.users.list(by([])), denied)
      expect((await world.ada.users.list(by(['plan']))).items.map(({ userId }) => userId)).not.toContain('bob')
      // Who is found by nothing but being it would learn what stands in its own hidden keys.
      const itself = async (path: readonly string[]) =>
        (await wherever('eve').users.list(by(path))).items.map(({ userId }) => userId)
      expect(await itself(['locale'])).toEqual(['eve'])
      expect(await itself(['plan'])).toEqual([])
      expect(await itself(['other'])).toEqual([])
      expect((await world.system.users.list(by(['note']))).items.map(({ userId }) => userId)).not.toContain('bob')
    })

    it('so that only who may changes a key, on every way in', async () => {
      await expectRefused(world, () => apply({ set: { note: 'x' } }, world.ada), denied)
      await expectRefused(world, () => apply({ remove: ['note'] }, world.ada), denied)
      await expectRefused(world, () => apply({ set: { locale: 'en' } }, world.ada), denied)
      await expectRefused(
        world,
        () => world.ada.users.update('bob', { metadata: { app: { set: { note: 'x' } } } }),
        denied,
      )
      await expectRefused(world, () => world.ada.users.createHuman({ metadata: { app: { note: 'x' } } }), denied)
      await apply({ set: { plan: 'team' } }, world.ada)
      await apply({ set: { note: 'x', locale: 'en' } })
    })

    it('so that a user reads and writes what is its own where a call lets people act on themselves', async () => {
      const eve = wherever('eve').users
      const own = eve.metadata('eve')
      await own.set({ locale: 'fr' })
      await eve.update('eve', { nickName: 'E', metadata: { app: { set: { locale: 'it' } } } })
      await world.system.users.metadata('eve').set({ plan: 'pro', other: 1 })
      expect(await own.values()).toEqual({ locale: 'it' })
      expect((await own.list({ count: true })).items).toMatchObject([{ key: 'locale' }])
      expect(await own.find('plan')).toBeUndefined()
      expect((await eve.findSnapshots(['eve'], ['app']))[0]?.metadata).toEqual({ app: { locale: 'it' } })
      await expectRefused(world, () => own.set({ plan: 'team' }), { code: 'not_found', subject: 'user' })
      await expectRefused(world, () => own.set({ locale: 'en', plan: 'team' }), { code: 'not_found', subject: 'user' })
      await expectRefused(world, () => own.clear(), { code: 'not_found', subject: 'user' })

      // In a namespace that is the user's own, a key may be kept from it.
      await eve.metadata('eve', 'user').set({ theme: 'light' })
      await expectRefused(world, () => eve.metadata('eve', 'user').set({ rank: 9 }), denied)
      await expectRefused(world, () => eve.metadata('bob', 'user').set({ theme: 'light' }), { code: 'not_found' })
    })

    it('so that clearing takes away what the caller may write, and says no more than that', async () => {
      const before = (await world.feed()).length
      expect((await world.ada.users.metadata('bob').clear()).changed).toEqual(
        expect.arrayContaining(['plan', 'seats', 'other']),
      )
      expect(await valuesOf()).toMatchObject({ note: 'vip', locale: 'de', plan: 'free' })
      const types = (await world.feed()).slice(before).map(({ type: name }) => name)
      expect(new Set(types)).toEqual(new Set(['user.metadata.removed']))
      await world.system.users.metadata('bob').clear()
      expect((await world.system.users.metadata('bob').list()).items).toEqual([])
    })
  })

  describe('answers defaults', () => {
    it('for what nobody set, and stores none', async () => {
      const access = world.ada.users.metadata('bob')
      expect(await access.values()).toEqual({ plan: 'free', shift: 'off' })
      expect(await access.findValues()).toEqual({ plan: 'free', shift: 'off' })
      expect(await access.get('plan')).toMatchObject({ key: 'plan', value: 'free', sequence: '0', orgId: 'acme' })
      expect((await access.list()).items).toEqual([])
      expect((await world.ada.users.findSnapshots(['bob'], ['app']))[0]?.metadata).toEqual({
        app: { plan: 'free', shift: 'off' },
      })
      expect((await world.system.orgs.findSnapshots(['acme']))[0]?.metadata).toEqual({ tier: 'basic' })
      await access.set({ plan: 'pro' })
      expect(await access.values()).toEqual({ plan: 'pro', shift: 'off' })
      await access.remove('plan')
      expect((await access.get('plan')).value).toBe('free')
      await expect(world.eve.users.metadata('bob').values()).rejects.toMatchObject({ code: 'permission_denied' })
      await expect(world.ada.users.metadata('nobody').get('plan')).rejects.toMatchObject({
        code: 'not_found',
        subject: 'user',
      })
    })
  })

  describe('lets entries expire', () => {
    it('to every read, and lets them be set again', async () => {
      const access = world.system.users.metadata('bob')
      await access.set({ invite: 'x', shift: 'night', seats: 1 })
      world.advance(999)
      expect(await access.values()).toMatchObject({ invite: 'x', shift: 'night' })
      // Setting counts anew, also to the same value.
      await access.set({ shift: 'night' })
      world.advance(1)
      expect(await access.values()).toMatchObject({ shift: 'night', seats: 1 })
      expect(await access.values()).not.toHaveProperty('invite')
      expect(await access.find('invite')).toBeUndefined()
      expect((await access.list({ count: true })).total).toBe(2)
      await expectRefused(world, () => apply({ remove: ['invite'], requirePresent: true }), { code: 'not_found' })
      world.advance(999)
      expect((await access.get('shift')).value).toBe('off')

      // Until it is removed, its value stays taken.
      await expect(world.system.users.metadata('eve').set({ invite: 'x' })).rejects.toMatchObject({ key: 'invite' })
      const { createdAt, changedAt } = await access.set({ invite: 'x' })
      expect(createdAt).toBe(changedAt)
      expect((await access.get('invite')).createdAt).toBe(world.now())
    })

    it('and removes them when it is told to, with ordinary events, but not what was set meanwhile', async () => {
      const people = ['ada', 'bob', 'eve', 'robot', 'root']
      for (const userId of people) await world.system.users.metadata(userId).set({ invite: userId, shift: 'day' })
      await world.system.orgs.metadata('acme').set({ tier: 'gold' })
      await world.system.users.metadata('bob', 'user').set({ code: 'x' })
      world.advance(1000)
      const before = (await world.feed()).length
      const [swept] = await Promise.all([
        world.directory.removeExpiredMetadata({ batchSize: 2 }),
        world.system.users.metadata('eve').set({ shift: 'new' }),
        world.directory.removeExpiredMetadata(),
      ])
      expect(swept.removed).toBeLessThanOrEqual(11)
      const events = (await world.feed()).slice(before)
      expect(events.filter(({ type: name }) => name === 'user.metadata.removed')).toHaveLength(11)
      expect((await world.system.users.metadata('eve').get('shift')).value).toBe('new')
      await world.system.users.metadata('bob').set({ invite: 'ada' })
      expect(await world.directory.removeExpiredMetadata()).toEqual({ removed: 0 })
      await expect(world.directory.removeExpiredMetadata({ batchSize: 0 })).rejects.toMatchObject({ path: 'batchSize' })
      await expect(world.directory.removeExpiredMetadata({ signal: AbortSignal.abort('enough') })).rejects.toBe(
        'enough',
      )
    })
  })

  it('shows values of redacted keys in no event, and keeps them', async () => {
    const heard: unknown[] = []
    world.directory.on('*', (event) => void heard.push(event))
    await apply({ set: { phone: '+41 secret' } })
    const events = await world.system.events({ subject: { type: 'user', id: 'bob' } })
    expect(JSON.stringify([heard, events])).not.toContain('secret')
    expect(heard).toMatchObject([{ payload: { namespace: 'app', key: 'phone' } }])
    expect(await valuesOf()).toMatchObject({ phone: '+41 secret' })
    expect(JSON.stringify(await world.feed())).toContain('secret')
    const error = await apply({ set: { phone: 41 as never } }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ path: 'phone', problem: 'is not what its schema asks for' })
  })

  it('declares its indexes', async () => {
    expect(await world.directory.metadataIndexes.list()).toMatchObject([
      { subjectType: 'user', namespace: 'app', path: ['plan'] },
    ])
    await apply({ set: { plan: 'pro' } })
    const filter = { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'equals', value: 'pro' } } as const
    expect((await world.ada.users.list({ filter })).items.map(({ userId }) => userId)).toEqual(['bob'])
  })
})

describe('a definition of metadata', () => {
  it('is refused where it makes no sense', () => {
    const text = v.string()
    const wrong: readonly (readonly [string, () => unknown])[] = [
      ['team', () => defineMetadata({ team: { a: text } } as never)],
      ['namespace', () => defineMetadata({ 'user.No': { a: text } })],
      ['user.auth0-jobs', () => defineMetadata({ 'user.auth0-jobs': { a: text } })],
      ['user.app', () => defineMetadata({ user: { a: text }, 'user.app': { b: text } })],
      ['key', () => defineMetadata({ user: { '': text } })],
      ['user.a', () => defineMetadata({ user: { a: { type: 'string' } as never } })],
      ['user.a', () => defineMetadata({ user: { a: { schema: { '~standard': { version: 2 } } } as never } })],
      ['user', () => defineMetadata({ user: text as never })],
      ['user.a.uniqe', () => defineMetadata({ user: { a: { schema: text, uniqe: true } as never } })],
      ['user.a.unique', () => defineMetadata({ user: { a: { schema: text, unique: 'yes' as never } } })],
      ['user.a.read', () => defineMetadata({ user: { a: { schema: text, read: ['anybody' as never] } } })],
      ['user.a.expiresAfterMs', () => defineMetadata({ user: { a: { schema: text, expiresAfterMs: 0 } } })],
      ['user.a.default', () => defineMetadata({ user: { a: { schema: text, unique: true, default: 'x' } } })],
      ['user.a.default', () => defineMetadata({ user: { a: { schema: v.date(), default: new Date(0) } } })],
      ['unknownKeys', () => defineMetadata({ user: { a: text } }, { unknownKeys: 'drop' as never })],
      ['unknownKeys.org', () => defineMetadata({ user: { a: text } }, { unknownKeys: { org: 'strip' } as never })],
    ]
    for (const [path, define] of wrong)
      expect(define, path).toThrow(expect.objectContaining({ code: 'invalid_input', path }))
  })

  it('refuses schemas that answer later, and what they make that cannot be stored', async () => {
    const later = defineMetadata({
      user: {
        a: v.pipeAsync(
          v.string(),
          v.checkAsync(async () => true),
        ),
        b: z.string().refine(async () => false),
        c: v.pipe(
          v.string(),
          v.transform((text) => new Date(text)),
        ),
        d: type('string').pipe(() => undefined),
      },
    })
    const world = await createWorld({ metadata: later })
    const { users } = world.system
    for (const key of ['a', 'b', 'c', 'd']) {
      await expectRefused(world, () => users.metadata('bob').set({ [key]: '2026' }), {
        code: 'invalid_input',
        path: key,
      })
    }
    await world.directory.close()
  })
})
