import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'
import type { MetadataAccess } from '../metadata/metadata-access'
import { defineMetadata } from '../metadata-definition/define-metadata'

let world: World
let metadata: MetadataAccess
beforeEach(async () => {
  world = await createWorld()
  metadata = world.ada.users.metadata('bob')
})

const nothing = undefined as never

describe('an update', () => {
  it('answers the sequence, the times, the owner, and what became of which key', async () => {
    await metadata.set({ kept: 1, gone: 1, other: 1 })
    world.advance(5)

    expect(await metadata.merge({ kept: 1, other: 2, gone: null, fresh: 3 })).toEqual({
      sequence: '7',
      createdAt: world.now() - 1005,
      changedAt: world.now(),
      orgId: 'acme',
      changed: ['gone', 'other', 'fresh'],
      added: ['fresh'],
      updated: ['other'],
      removed: ['gone'],
    })
  })

  it('writes nothing for what is stored already', async () => {
    await metadata.set({ a: { b: 1 }, list: [1] })

    const events = await eventsOf(world, async () => {
      const unchanged = { sequence: '3', changed: [], added: [], updated: [], removed: [] }
      expect(await metadata.merge({ a: { b: 1 }, missing: null })).toMatchObject(unchanged)
      expect(await metadata.mergeDeep({ a: { b: 1, c: null } })).toMatchObject(unchanged)
      expect(await metadata.replace({ list: [1], a: { b: 1 } })).toMatchObject(unchanged)
      expect(await metadata.append('list')).toMatchObject(unchanged)
      expect(await metadata.update('a', (value) => value ?? 0)).toMatchObject(unchanged)
      expect(await metadata.patch([{ op: 'test', path: '/a/b', value: 1 }])).toMatchObject(unchanged)
    })

    expect(events).toEqual([])
  })

  it('writes the events of setting and removing, and one where all goes', async () => {
    await metadata.set({ a: 1, b: 1 })

    expect(await eventsOf(world, () => metadata.replace({ b: 2, c: 3 }))).toEqual([
      'user.metadata.removed 4',
      'user.metadata.set 5',
      'user.metadata.set 6',
    ])
    expect(await eventsOf(world, () => metadata.replace({}))).toEqual(['user.metadata.removed.all 7'])
    expect(await metadata.values()).toEqual({})
  })

  it('does its parts in the order that is stated', async () => {
    await metadata.set({ old: 5, gone: 1, to: 0, deep: { x: 1 }, list: [] })

    const update = {
      update: { n: (value: unknown) => Number(value) * 100 },
      patch: [{ op: 'add', path: '/list/0', value: 'patched' }],
      append: { list: ['appended'] },
      increment: { n: 1 },
      mergeDeep: { deep: { y: 2 } },
      merge: { gone: null, merged: [1] },
      set: { gone: 2, merged: 0 },
      rename: { old: 'to' },
      remove: ['to'],
    } as const
    const { added, removed, updated } = await metadata.apply(update)

    expect(await metadata.values()).toEqual({
      to: 5,
      deep: { x: 1, y: 2 },
      merged: [1],
      n: 100,
      list: ['patched', 'appended'],
    })
    expect({ added, removed, updated: [...updated].sort() }).toEqual({
      added: ['merged', 'n'],
      removed: ['old', 'gone'],
      updated: ['deep', 'list', 'to'],
    })
    await metadata.apply({ clear: true, increment: { n: 1 } })
    expect(await metadata.values()).toEqual({ n: 1 })
  })

  it('is wholly refused where one of its parts is', async () => {
    await metadata.set({ text: 'x', n: 1 })

    await expectRefused(world, () => metadata.apply({ set: { a: 1 }, increment: { n: 1, text: 1 } }), {
      code: 'invalid_state',
      reason: 'metadata_not_a_number',
      path: 'text',
    })
  })

  it('takes __proto__ for a key', async () => {
    await metadata.mergeDeep(JSON.parse('{"__proto__": {"a": {"__proto__": 1}}}'))
    await metadata.mergeDeep(JSON.parse('{"__proto__": {"a": {"b": 2}}}'))
    await metadata.increment('constructor', 2)
    await metadata.rename('constructor', 'toString')

    const values = await metadata.values()
    expect(Object.keys(values).sort()).toEqual(['__proto__', 'toString'])
    expect(JSON.stringify(Object.getOwnPropertyDescriptor(values, '__proto__')?.value)).toBe(
      '{"a":{"__proto__":1,"b":2}}',
    )
  })

  it('replaces bytes as a whole', async () => {
    await metadata.set({ a: new Uint8Array([1]) })
    await metadata.mergeDeep({ a: { b: 1 } })
    expect(await metadata.values()).toEqual({ a: { b: 1 } })

    await metadata.mergeDeep({ a: new Uint8Array([2]) })
    expect(await metadata.values()).toEqual({ a: new Uint8Array([2]) })
    await metadata.rename('a', 'b')
    expect(await metadata.values()).toEqual({ b: new Uint8Array([2]) })
  })

  it('keeps what was there when it was called', async () => {
    const deep = { a: [1] }
    const values = { deep }

    const writing = metadata.mergeDeep(values)
    deep.a.push(2)
    await writing

    expect(await metadata.values()).toEqual({ deep: { a: [1] } })
  })

  it('works as well on orgs, and in the org of the call', async () => {
    await world.ada.orgs.metadata().increment('seats', 3)
    await world.ada.orgs.metadata('acme').append('tags', 'a', 'b')

    expect(await world.ada.orgs.metadata().values()).toEqual({ seats: 3, tags: ['a', 'b'] })
  })

  it('remembers a namespace that was written, as Auth0’s clients expect', async () => {
    const user = world.ada.users.metadata('bob', 'user')
    await Promise.all([user.increment('a'), user.increment('b')])
    await user.replace({})

    expect(await user.findValues()).toEqual({})
  })

  it('under an idempotency key is done once', async () => {
    const options = { idempotencyKey: 'k1' }
    const [first, again] = [await metadata.increment('n', 1, options), await metadata.increment('n', 1, options)]

    expect(again).toEqual(first)
    expect(await metadata.values()).toEqual({ n: 1 })
  })

  it('of verbs taken off the object is the same', async () => {
    const { increment, merge } = metadata
    await merge({ n: 1 })
    await increment('n')

    expect(await metadata.values()).toEqual({ n: 2 })
  })
})

describe('incrementing', () => {
  it('begins at 0, goes by 1, and adds decimals as they are written', async () => {
    await metadata.increment('n')
    await metadata.increment('price', 0.1)
    await metadata.increment('price', 0.2)

    expect(await metadata.values()).toEqual({ n: 1, price: 0.3 })
  })

  it.each([
    [Number.MAX_SAFE_INTEGER, 1],
    [2 ** 60, 1],
    [1, 1e-20],
  ])('%d by %d loses no digit but is refused', async (n, by) => {
    await metadata.set({ n })

    await expectRefused(world, () => metadata.increment('n', by), {
      code: 'invalid_state',
      reason: 'metadata_number_not_exact',
      path: 'n',
    })
  })

  it.each([null, '1', true, [[1]], {}, new Uint8Array([1])])('%j is refused, for it is no number', async (value) => {
    await metadata.set({ n: value })

    await expectRefused(world, () => metadata.increment('n'), {
      code: 'invalid_state',
      reason: 'metadata_not_a_number',
      path: 'n',
    })
    if (!Array.isArray(value)) {
      await expectRefused(world, () => metadata.append('n', 1), {
        code: 'invalid_state',
        reason: 'metadata_not_a_list',
        path: 'n',
      })
    }
  })
})

describe('renaming', () => {
  it('refuses what is not there, and a name that is taken, unless it shall go', async () => {
    const { sequence } = await metadata.set({ a: 1, b: 2 })

    await expectRefused(world, () => metadata.rename('x', 'y'), { code: 'not_found', id: 'x' })
    await expectRefused(world, () => metadata.rename('a', 'b'), {
      code: 'version_conflict',
      key: 'b',
      currentVersion: sequence,
      expected: undefined,
    })
    expect(await metadata.rename('a', 'b', { overwrite: true })).toMatchObject({
      changed: ['a', 'b'],
      removed: ['a'],
      updated: ['b'],
    })
    expect(await metadata.values()).toEqual({ b: 1 })
  })
})

describe('updating by a function', () => {
  it('sees what is there, and removes what it says', async () => {
    expect(await metadata.update('n', (value) => [value === undefined])).toMatchObject({ added: ['n'] })
    expect(await metadata.update('n', (_, remove) => remove)).toMatchObject({ removed: ['n'] })
  })

  it('is asked again when others were faster', async () => {
    await metadata.set({ n: 0 })
    const seen: unknown[] = []
    const race: Promise<unknown>[] = []

    await metadata.update('n', (value) => {
      seen.push(value)
      // Of another process: without a turn of its own.
      if (seen.length === 1) race.push(metadata.set({ n: 10 }))
      return Number(value) + 1
    })
    await Promise.all(race)

    const { n } = await metadata.values()
    // Either it came first and was overwritten by who did not look, or it saw what was written.
    expect([10, 11]).toContain(n)
    expect(seen.at(-1)).toBe(n === 11 ? 10 : 0)
  })

  it('passes on what the function throws', async () => {
    await expect(
      metadata.update('n', () => {
        throw new RangeError('mine')
      }),
    ).rejects.toThrow(RangeError)
  })
})

describe('conditions', () => {
  it('name what is expected of keys and of the subject', async () => {
    const { sequence } = await metadata.set({ a: 1, other: 1 })
    const { sequence: version } = await metadata.get('a')

    await expectRefused(world, () => metadata.set({ a: 2 }, { ifAbsent: ['b', 'a'] }), {
      code: 'version_conflict',
      key: 'a',
      current: version,
    })
    await expectRefused(world, () => metadata.clear({ ifKeyVersion: { a: '1' } }), {
      code: 'version_conflict',
      key: 'a',
      expected: '1',
      currentVersion: version,
    })
    await expectRefused(world, () => metadata.increment('a', 1, { ifVersion: '1' }), {
      code: 'version_conflict',
      expected: '1',
      currentVersion: sequence,
      key: undefined,
    })
    await metadata.set({ b: 1 }, { ifKeyVersion: { a: version, b: '0' } })
    expect(await metadata.values()).toEqual({ a: 1, b: 1, other: 1 })
  })

  it.each<[string, object, string]>([
    ['no list', { ifAbsent: 'a' }, 'ifAbsent'],
    ['no key', { ifAbsent: [''] }, 'key'],
    ['no versions', { ifKeyVersion: ['a'] }, 'ifKeyVersion'],
    ['a version that is no text', { ifKeyVersion: { a: 1 } }, 'ifKeyVersion.a'],
    ['null', { ifAbsent: null }, 'ifAbsent'],
  ])('refuse %s', async (_, options, path) => {
    await expectRefused(world, () => metadata.set({ a: 1 }, options), { code: 'invalid_input', path })
  })
})

describe('what is no change', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['merge of nothing', () => metadata.merge(nothing), 'merge'],
    ['merge of undefined', () => metadata.merge({ a: nothing }), 'a'],
    ['merge of a list', () => metadata.merge([['a', 1]] as never), 'merge'],
    ['mergeDeep of undefined', () => metadata.mergeDeep({ a: { b: nothing } }), 'a'],
    ['replace by nothing', () => metadata.replace(nothing), 'replace'],
    ['replace by null', () => metadata.replace(null as never), 'metadata'],
    ['replace by undefined', () => metadata.replace({ a: nothing }), 'a'],
    ['rename to itself', () => metadata.rename('a', 'a'), 'a'],
    ['rename to nothing', () => metadata.rename('a', nothing), 'key'],
    ['increment by text', () => metadata.increment('a', '1' as never), 'a'],
    ['increment by NaN', () => metadata.increment('a', Number.NaN), 'a'],
    ['append of undefined', () => metadata.append('a', nothing), 'a'],
    ['append of a function', () => metadata.append('a', (() => 1) as never), 'a'],
    ['append of no list', () => metadata.apply({ append: { a: 'x' as never } }), 'a'],
    ['update by no function', () => metadata.update('a', 1 as never), 'a'],
    ['update to undefined', () => metadata.update('a', () => nothing), 'a'],
    ['update to a promise', () => metadata.update('a', (async () => 1) as never), 'a'],
    ['update to what is no JSON', () => metadata.update('a', () => new Map() as never), 'a'],
    ['patch by nothing', () => metadata.patch(nothing), 'patch'],
    ['apply of what is not known', () => metadata.apply({ set: { a: 1 }, sett: {} } as never), 'sett'],
    ['apply of clear and replace', () => metadata.apply({ clear: true, replace: {} }), 'replace'],
    ['a key that is too long', () => metadata.increment('x'.repeat(256)), 'key'],
    ['a key with NUL', () => metadata.mergeDeep({ 'a\0': 1 }), 'key'],
  ])('%s is refused by name', async (_, call, path) => {
    await expectRefused(world, call, { code: 'invalid_input', path })
  })

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'more than 10,000 parts',
      () => metadata.apply({ increment: Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, 1])) }),
      'metadata.changes',
    ],
    [
      'a list that grows too long',
      async () => {
        const half = 'x'.repeat(600_000)
        await metadata.append('a', half, half)
      },
      'metadata.value.json',
    ],
    [
      'copies of copies',
      () =>
        metadata.patch([
          { op: 'add', path: '/a', value: ['x'.repeat(1000)] },
          ...Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }) as const),
        ]),
      'metadata.value.json',
    ],
  ])('%s are over a limit', async (_, call, limitName) => {
    await expectRefused(world, call, { code: 'limit_exceeded', limitName })
  })
})

describe('an update of what is defined', () => {
  const definition = defineMetadata(
    {
      user: {
        seats: { schema: v.pipe(v.number(), v.maxValue(10)), default: 5 },
        handle: { schema: v.pipe(v.string(), v.toLowerCase()), unique: true },
        secret: { schema: v.string(), read: ['system'], write: ['system', 'orgAdmin'] },
        fixed: { schema: v.string(), write: ['system'] },
        code: { schema: v.number(), expiresAfterMs: 10 },
        tags: v.array(v.string()),
      },
    },
    { unknownKeys: { user: 'reject' } },
  )

  async function definedWorld() {
    const world = await createWorld({ metadata: definition })
    const directory = world.directory as unknown as typeof world.directory
    return {
      world,
      ada: directory.as({ userId: 'ada' }).users.metadata('bob'),
      system: world.system.users.metadata('bob'),
    }
  }

  it('goes by defaults, and is checked as what is set is', async () => {
    const { world, ada } = await definedWorld()
    await ada.increment('seats', 2)
    await ada.merge({ handle: 'ADA' })

    expect(await ada.values()).toEqual({ seats: 7, handle: 'ada' })
    await expectRefused(world, () => ada.increment('seats', 4), { code: 'invalid_input', path: 'seats' })
    await expectRefused(world, () => ada.append('tags', 1), { code: 'invalid_input', path: 'tags.0' })
    await expectRefused(world, () => ada.rename('handle', 'unknown'), { code: 'invalid_input', path: 'unknown' })
    await expectRefused(world, () => ada.patch([{ op: 'add', path: '/unknown', value: 1 }]), {
      code: 'invalid_input',
      path: 'unknown',
    })
  })

  it('loses nothing to keys that are left out', async () => {
    const options = { unknownKeys: 'strip' } as const
    const world = await createWorld({ metadata: defineMetadata({ user: { a: v.number(), b: v.string() } }, options) })
    const metadata = world.ada.users.metadata('bob')
    await metadata.set({ a: 1 })

    await metadata.merge({ unknown: 1, b: 'x' })
    expect(await metadata.values()).toEqual({ a: 1, b: 'x' })
    const refused = { code: 'invalid_input', path: 'unknown' }
    await expectRefused(world, () => metadata.rename('a', 'unknown'), refused)
    await expectRefused(world, () => metadata.patch([{ op: 'move', from: '/a', path: '/unknown' }]), refused)
    await expectRefused(world, () => metadata.rename('a', 'b', { overwrite: true }), { ...refused, path: 'b' })
  })

  it('moves what is unique, and refuses what others hold', async () => {
    const { world, ada } = await definedWorld()
    await ada.set({ handle: 'one' })
    const other = world.ada.users.metadata('ada')

    await expectRefused(world, () => other.update('handle', () => 'ONE'), {
      code: 'already_exists',
      subject: 'metadata',
      key: 'handle',
    })
    await ada.replace({})
    await other.update('handle', () => 'ONE')
    expect(await other.values()).toEqual({ seats: 5, handle: 'one' })
  })

  it('tells nothing of a key that is not for the caller to read, and leaves what is not theirs to write', async () => {
    const { world, ada, system } = await definedWorld()
    await system.set({ secret: 'x', fixed: 'y' })
    const denied = { code: 'permission_denied', permission: 'user.read', reason: 'metadata_key' }

    await expectRefused(world, () => ada.patch([{ op: 'test', path: '/secret', value: 'x' }]), denied)
    await expectRefused(world, () => ada.patch([{ op: 'copy', from: '/secret', path: '/handle' }]), denied)
    await expectRefused(world, () => ada.rename('secret', 'handle'), denied)
    await expectRefused(world, () => ada.update('secret', () => 'z'), denied)
    await expectRefused(world, () => ada.set({ handle: 'a' }, { ifAbsent: ['secret'] }), denied)
    await ada.patch([{ op: 'test', path: '', value: { seats: 5, fixed: 'y' } }])
    await expectRefused(world, () => ada.update('fixed', () => 'z'), { ...denied, permission: 'user.write' })

    await ada.replace({ handle: 'a' })
    expect(await system.values()).toEqual({ fixed: 'y', handle: 'a', seats: 5 })
  })

  it('takes what has expired for missing', async () => {
    const { world, ada } = await definedWorld()
    await ada.set({ code: 7 })
    world.advance(10)

    expect(await ada.increment('code')).toMatchObject({ added: ['code'], updated: [], createdAt: world.now() })
    expect(await ada.values()).toMatchObject({ code: 1 })
  })
})

it('what goes by what is stored takes the permission to read it', async () => {
  const world = await createWorld({ roles: { WRITER: ['user.write'] } })
  await world.system.orgs.members('acme').add({ userId: 'robot', roles: ['WRITER'] })
  await world.system.users.metadata('bob').set({ a: 1 })
  const metadata = world.directory.as({ userId: 'robot' }).users.metadata('bob')
  const denied = { code: 'permission_denied', permission: 'user.read' }

  await expectRefused(world, () => metadata.patch([{ op: 'test', path: '/a', value: 1 }]), denied)
  await expectRefused(world, () => metadata.update('a', (value) => value ?? 0), denied)
  await expectRefused(world, () => metadata.set({ b: 1 }, { ifAbsent: ['a'] }), denied)
  await metadata.merge({ b: 1, a: null })
  await metadata.replace({ c: 1 })
  expect(await world.system.users.metadata('bob').values()).toEqual({ c: 1 })
})
