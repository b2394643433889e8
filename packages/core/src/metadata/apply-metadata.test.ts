import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'
import type { MetadataAccess } from './metadata-access'
import type { MetadataValue } from './metadata-input'

let world: World
let metadata: MetadataAccess
beforeEach(async () => {
  world = await createWorld()
  metadata = world.ada.users.metadata('bob')
})

/** `toStrictEqual` takes seconds for a megabyte of bytes. */
function expectSame(found: unknown, value: MetadataValue): void {
  if (value instanceof Uint8Array) {
    expect(Object.getPrototypeOf(found)).toBe(Uint8Array.prototype)
    expect(Buffer.compare(found as Uint8Array, value)).toBe(0)
  } else {
    expect(found).toStrictEqual(value)
  }
}

const nested = (depth: number): MetadataValue => (depth === 0 ? [] : [nested(depth - 1) as string])

describe('setting', () => {
  it('answers the sequence, the times, the owner and the keys that changed', async () => {
    expect(await metadata.set({ a: 1, b: [2] })).toEqual({
      sequence: '3',
      createdAt: world.now() - 1000,
      changedAt: world.now(),
      orgId: 'acme',
      changed: ['a', 'b'],
    })
  })

  it('answers when the entry was created where one key is set', async () => {
    expect(await metadata.set({ a: 1 })).toMatchObject({ createdAt: world.now() })
    world.advance(5)

    expect(await metadata.set({ a: 2 })).toMatchObject({ createdAt: world.now() - 5, changedAt: world.now() })
    expect(await metadata.apply({ clear: true, set: { a: 3 } })).toMatchObject({ createdAt: world.now() })
    expect(await metadata.get('a')).toMatchObject({ createdAt: world.now(), changedAt: world.now(), sequence: '5' })
  })

  it('writes nothing for what is stored already', async () => {
    await metadata.set({ a: { b: 1 }, c: new Uint8Array([1]) })
    world.advance(5)

    const events = await eventsOf(world, async () => {
      expect(await metadata.set({ a: { b: 1 }, c: new Uint8Array([1]) })).toEqual({
        sequence: '3',
        createdAt: world.now() - 1005,
        changedAt: world.now() - 5,
        orgId: 'acme',
        changed: [],
      })
      expect(await metadata.set({ a: { b: 1 } })).toMatchObject({ sequence: '3', createdAt: world.now() - 5 })
      expect(await metadata.set({})).toMatchObject({ changed: [] })
    })

    expect(events).toEqual([])
  })

  it('tells bytes from JSON that reads like them', async () => {
    await metadata.set({ a: 'AQ==' })

    expect(await metadata.set({ a: new Uint8Array([1]) })).toMatchObject({ changed: ['a'] })
    expect((await metadata.get('a')).value).toEqual(new Uint8Array([1]))
  })

  it('writes every pair of one key, of which the last stays', async () => {
    await metadata.set([['a', 1]])

    const events = await eventsOf(world, () =>
      metadata.set([
        ['a', 2],
        ['a', 1],
      ]),
    )

    expect(events).toEqual(['user.metadata.set 3', 'user.metadata.set 4'])
    expect(await metadata.get('a')).toMatchObject({ value: 1, sequence: '4' })
  })

  it.each(['__proto__', 'constructor', 'toString', '$touched', 'a.b', ' ', '\u{1f600}'.repeat(255)])(
    'takes the key %j for a key',
    async (key) => {
      await metadata.set([[key, 'value']])

      expect((await metadata.get(key)).value).toBe('value')
      expect(Object.entries(await metadata.values())).toEqual([[key, 'value']])
      expect((await metadata.list()).items.map((entry) => entry.key)).toEqual([key])
      expect(await metadata.remove(key)).toMatchObject({ changed: [key] })
    },
  )

  it.each<[string, MetadataValue]>([
    ['null', null],
    ['false', false],
    ['an empty text', ''],
    ['a number', 1.5e-7],
    ['NUL and half a pair in JSON', { 'a\0': '\ud800' }],
    ['a key __proto__ inside', JSON.parse('{"__proto__": {"a": 1}}')],
    ['bytes', new Uint8Array([0, 255, 10])],
    ['no bytes', new Uint8Array()],
    ['100 levels', nested(99)],
    ['the longest bytes', new Uint8Array(1_048_576).fill(7)],
    ['the longest text', 'x'.repeat(1_048_574)],
  ])('gives %s back as it was', async (_, value) => {
    await metadata.set({ key: value })

    expectSame((await metadata.get('key')).value, value)
    expectSame((await metadata.values()).key, value)
  })

  it('keeps the bytes that were there when it was called', async () => {
    const bytes = new Uint8Array([1, 2])

    const setting = metadata.set({ a: bytes })
    bytes.fill(9)
    await setting

    expect((await metadata.get('a')).value).toEqual(new Uint8Array([1, 2]))
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a Date', new Date(0)],
    ['a Map', { a: new Map() }],
    ['undefined inside', { a: [undefined] }],
    ['a toJSON of its own', { toJSON: () => 1 }],
  ])('refuses %s', async (_, value) => {
    await expectRefused(world, () => metadata.set({ good: 1, key: value as MetadataValue }), {
      code: 'invalid_input',
      path: 'key',
    })
  })

  it.each<[string, () => unknown, string, number]>([
    ['101 levels', () => nested(101), 'metadata.value.depth', 100],
    [
      'what holds itself',
      () => {
        const a: unknown[] = []
        a.push(a)
        return a
      },
      'metadata.value.depth',
      100,
    ],
    [
      'what holds one value too often',
      () => Array.from({ length: 40 }).reduce((a) => [a, a], []),
      'metadata.value.json',
      1_048_576,
    ],
    ['too long a text', () => 'x'.repeat(1_048_576), 'metadata.value.json', 1_048_576],
    ['too many bytes', () => new Uint8Array(1_048_577), 'metadata.value.bytes', 1_048_576],
  ])('refuses %s', async (_, value, limitName, limit) => {
    await expectRefused(world, () => metadata.set({ good: 1, key: value() as MetadataValue }), {
      code: 'limit_exceeded',
      limitName,
      limit,
    })
  })

  it.each(['', 'a\0', '\udc00', '\u{1f600}'.repeat(256), 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const refusal = { code: 'invalid_input', path: 'key' }

    await expectRefused(
      world,
      () =>
        metadata.set([
          ['good', 1],
          [key, 1],
        ]),
      refusal,
    )
    await expectRefused(world, () => metadata.remove(key), refusal)
    await expectRefused(world, () => metadata.get(key), refusal)
    await expectRefused(world, () => metadata.find(key), refusal)
  })

  it.each(['', 'A', '1a', 'a b', '$touched', 'x'.repeat(64), '__proto__', null as never])(
    'refuses the namespace %j',
    async (namespace) => {
      const odd = world.ada.users.metadata('bob', namespace)
      const refusal = { code: 'invalid_input', path: 'namespace' }

      await expectRefused(world, () => odd.set({ a: 1 }), refusal)
      await expectRefused(world, () => odd.get('a'), refusal)
      await expectRefused(world, () => odd.list(), refusal)
      await expectRefused(world, () => odd.values(), refusal)
    },
  )

  it.each([[[1]], [[['a']]], [new Map()], ['text'], [new Uint8Array(2)]])('refuses %o as values', async (values) => {
    await expectRefused(world, () => metadata.set(values as never), { code: 'invalid_input', path: 'metadata' })
  })

  it('changes 10,000 keys in a call, and refuses one more', async () => {
    const pairs = Array.from({ length: 10_001 }, (_, index) => [`k${index}`, index] as const)

    await expectRefused(world, () => metadata.set(pairs), {
      code: 'limit_exceeded',
      limitName: 'metadata.changes',
      limit: 10_000,
      actual: 10_001,
    })
    expect((await metadata.set(pairs.slice(1))).changed).toHaveLength(10_000)
    expect((await metadata.list({ limit: 1, count: true })).total).toBe(10_000)
  })

  it('leaves its input alone', async () => {
    const change = Object.freeze({ set: Object.freeze({ a: Object.freeze({ b: 1 }) }), remove: Object.freeze(['c']) })

    await metadata.apply(change)
  })
})

describe('removing', () => {
  it('removes what is there and does not mind what is not', async () => {
    await metadata.set({ a: 1, b: 2 })

    expect(await eventsOf(world, () => metadata.remove('a', 'absent'))).toEqual(['user.metadata.removed 4'])
    expect(await eventsOf(world, () => metadata.remove('a'))).toEqual([])
    expect(await metadata.values()).toEqual({ b: 2 })
  })

  it('logs a key that is named twice twice', async () => {
    await metadata.set({ a: 1 })

    const events = await eventsOf(world, async () => {
      expect((await metadata.remove('a', 'a')).changed).toEqual(['a'])
    })

    expect(events).toEqual(['user.metadata.removed 3', 'user.metadata.removed 4'])
  })

  it('removes nothing when a key that has to be present is not', async () => {
    await metadata.set({ a: 1 })

    await expectRefused(world, () => metadata.apply({ remove: ['a', 'b'], requirePresent: true }), {
      code: 'not_found',
      subject: 'metadata',
      id: 'b',
    })
    expect(await metadata.values()).toEqual({ a: 1 })
  })

  it('begins anew with a key that is set again', async () => {
    await metadata.set({ a: 1 })
    await metadata.remove('a')
    world.advance(5)

    await metadata.set({ a: 1 })

    expect(await metadata.get('a')).toMatchObject({ createdAt: world.now(), sequence: '4' })
  })

  it('refuses a key that is set as well', async () => {
    await expectRefused(world, () => metadata.apply({ set: { a: 1 }, remove: ['a'] }), {
      code: 'invalid_input',
      path: 'a',
    })
  })
})

describe('clearing', () => {
  it('goes before what is set, and answers every key that is not what it was', async () => {
    await metadata.set({ a: 1, b: 2 })

    const events = await eventsOf(world, async () => {
      const { changed } = await metadata.apply({ clear: true, remove: ['b'], set: { a: 1, c: 3 } })
      expect([...changed].sort()).toEqual(['a', 'b', 'c'])
    })

    expect(events).toEqual(['user.metadata.removed.all 4', 'user.metadata.set 5', 'user.metadata.set 6'])
    expect(await metadata.values()).toEqual({ a: 1, c: 3 })
  })

  it('writes nothing where nothing is', async () => {
    expect(await eventsOf(world, () => metadata.clear())).toEqual([])
    expect(await metadata.findValues()).toBeUndefined()
  })

  it('touches no other namespace', async () => {
    await metadata.set({ a: 1 })
    await world.ada.users.metadata('bob', 'zitadel').set({ b: 2 })

    await metadata.clear()

    expect(await world.ada.users.metadata('bob', 'zitadel').values()).toEqual({ b: 2 })
  })
})

describe('a namespace that is remembered', () => {
  it.each(['user', 'client'])('%s stays as an empty object', async (namespace) => {
    const remembered = world.ada.users.metadata('bob', namespace)
    expect(await remembered.findValues()).toBeUndefined()
    await remembered.clear()
    expect(await remembered.findValues()).toEqual({})

    await remembered.set({ a: 1 })
    await remembered.remove('a')

    expect(await remembered.findValues()).toEqual({})
    expect(await eventsOf(world, () => remembered.clear())).toEqual([])
  })

  it('is forgotten with its subject', async () => {
    await world.ada.users.metadata('bob', 'user').clear()
    await world.ada.users.delete('bob')
    await world.ada.users.createHuman({ userId: 'bob', userName: 'bob' })

    expect(await world.ada.users.metadata('bob', 'user').findValues()).toBeUndefined()
  })

  it('app is none of them', async () => {
    await metadata.set({ a: 1 })
    await metadata.clear()

    expect(await metadata.findValues()).toBeUndefined()
    expect(await metadata.values()).toEqual({})
  })
})

describe('metadata of orgs and clients', () => {
  it('means the org of the call where none is named', async () => {
    const { directory } = world
    await world.ada.orgs.metadata().set({ plan: 'pro' })
    await directory.as({ userId: 'root', orgId: 'umbrella' }).orgs.metadata().set({ plan: 'free' })
    await world.root.orgs.metadata().set({ plan: 'none' })

    expect(await world.system.orgs.metadata('acme').values()).toEqual({ plan: 'pro' })
    expect(await world.ada.orgs.metadata().values()).toEqual({ plan: 'pro' })
    expect((await world.ada.orgs.metadata().get('plan')).orgId).toBe('acme')
    expect((await world.ada.orgs.metadata().list()).items).toHaveLength(1)
    expect(await world.system.orgs.metadata('umbrella').values()).toEqual({ plan: 'free' })
    expect(await world.system.orgs.metadata(directory.defaultOrgId).values()).toEqual({ plan: 'none' })
    expect(await world.system.orgs.metadata().values()).toEqual({ plan: 'none' })
  })

  it('is numbered by them', async () => {
    const ofOrg = world.ada.orgs.metadata('acme')
    const ofClient = world.root.clients.metadata('shop')

    expect(await eventsOf(world, () => ofOrg.set({ a: 1 }))).toEqual(['org.metadata.set 7'])
    expect(await eventsOf(world, () => ofClient.set({ a: 1 }))).toEqual(['client.metadata.set 2'])
    expect(await ofOrg.values()).toEqual({ a: 1 })
    expect((await ofClient.get('a')).orgId).toBe('acme')
  })

  it('does not move what it is about', async () => {
    const { sequence } = await world.ada.orgs.get()

    await world.ada.orgs.metadata('acme').set({ a: 1 })

    expect((await world.ada.orgs.get()).sequence).toBe(sequence)
  })

  it('is that of the own org only', async () => {
    await expectRefused(world, () => world.ada.orgs.metadata('umbrella').set({ a: 1 }), {
      code: 'not_found',
      subject: 'org',
    })
    await expectRefused(world, () => world.ada.clients.metadata('nothing').clear(), {
      code: 'not_found',
      subject: 'client',
    })
    await expectRefused(world, () => world.ada.users.metadata('eve').set({ a: 1 }), {
      code: 'not_found',
      subject: 'user',
    })
    await expectRefused(world, () => world.ada.users.metadata('eve').get('a'), { code: 'not_found', subject: 'user' })
    await expectRefused(world, () => metadata.get('absent'), { code: 'not_found', subject: 'metadata', id: 'absent' })
    expect(await metadata.find('absent')).toBeUndefined()
  })
})

describe('listing', () => {
  it('pages through entries as they were created, or the other way', async () => {
    for (const key of ['c', 'a', 'b']) {
      await metadata.set({ [key]: key })
      world.advance(1)
    }

    expect(await metadata.list({ limit: 2, count: true })).toMatchObject({
      items: [{ key: 'c' }, { key: 'a' }],
      total: 3,
    })
    expect((await metadata.list({ offset: 2 })).items).toMatchObject([{ key: 'b', value: 'b', orgId: 'acme' }])
    expect((await metadata.list({ descending: true })).items.map(({ key }) => key)).toEqual(['b', 'a', 'c'])
    expect(Object.keys(await metadata.values())).toEqual(['c', 'a', 'b'])
    const filter = { op: 'in', field: 'key', values: ['a', 'a\0'] } as const
    expect((await metadata.list({ filter })).items).toMatchObject([{ key: 'a' }])
    await expectRefused(world, () => metadata.list({ limit: 1001 }), { code: 'limit_exceeded', limitName: 'page.size' })
  })
})
