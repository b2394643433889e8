import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('createClient', () => {
  it('registers an application with its settings and metadata', async () => {
    const settings = { callbacks: ['https://a.example'], ...JSON.parse('{"__proto__": {"a": 1}}') }
    const create = () =>
      world.ada.clients.create({ clientId: 'c', name: 'C', settings, metadata: { client: { a: '1' } } })

    expect(await eventsOf(world, create)).toEqual(['client.added 1', 'client.metadata.set 2'])
    expect(await world.ada.clients.get('c')).toEqual({
      clientId: 'c',
      orgId: 'acme',
      name: 'C',
      settings,
      sequence: '1',
      createdAt: world.now(),
      changedAt: world.now(),
    })
    expect(await world.ada.clients.metadata('c').values()).toEqual({ a: '1' })
  })

  it.each([
    [
      { name: 'x', clientId: 'shop' },
      { code: 'already_exists', subject: 'client_id' },
    ],
    [{ name: '' }, { code: 'invalid_input', path: 'name' }],
    [
      { name: 'x', settings: [] as never },
      { code: 'invalid_input', path: 'settings' },
    ],
    [
      { name: 'x', settings: { a: undefined as never } },
      { code: 'invalid_input', path: 'settings' },
    ],
    [{ name: 'x', settings: { a: 'x'.repeat(1_048_576) } }, { code: 'limit_exceeded' }],
    [
      { name: 'x', orgId: 'umbrella' },
      { code: 'not_found', subject: 'org', id: 'umbrella' },
    ],
  ])('refuses %j', async (input, refusal) => {
    await expectRefused(world, () => world.ada.clients.create(input), refusal)
  })
})

describe('updateClient', () => {
  it('counts entries where a limit is named, whoever else adds some at the same time', async () => {
    await world.ada.clients.metadata('shop').set({ a: '1', b: '1' })
    const add = (key: string) =>
      world.ada.clients.update('shop', { metadata: { client: { set: { [key]: '1' } } }, maxEntries: 3 })

    const results = await Promise.allSettled([add('c'), add('d')])

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'limit_exceeded', limitName: 'metadata.entries', limit: 3, actual: 4 },
    })
    await add('a')
    await world.ada.clients.update('shop', { metadata: { client: { remove: ['a'], set: { e: '1' } } }, maxEntries: 3 })
    expect(Object.keys(await world.ada.clients.metadata('shop').values())).toHaveLength(3)
  })

  it('replaces settings by root key, and null takes one away', async () => {
    await world.ada.clients.update('shop', { settings: { a: { b: 1, c: 2 }, d: 1 } })
    const update = () => world.ada.clients.update('shop', { name: 'S', settings: { a: { b: 1 }, d: null } })

    expect(await eventsOf(world, update)).toEqual(['client.changed 3'])
    expect(await world.ada.clients.get('shop')).toMatchObject({ name: 'S', settings: { a: { b: 1 } }, sequence: '3' })
  })

  it('writes nothing for what is so already', async () => {
    await world.ada.clients.update('shop', { settings: { a: [1] } })

    const events = await eventsOf(world, () =>
      world.ada.clients.update('shop', { name: 'Shop', settings: { a: [1], gone: null }, metadata: { client: {} } }),
    )

    expect(events).toEqual([])
  })

  it('takes metadata along, all or none', async () => {
    await expectRefused(
      world,
      () =>
        world.ada.clients.update('shop', {
          name: 'S',
          metadata: { client: { remove: ['absent'], requirePresent: true } },
        }),
      { code: 'not_found', subject: 'metadata', id: 'absent' },
    )
    const update = () => world.ada.clients.update('shop', { name: 'S', metadata: { client: { set: { a: 1 } } } })
    expect(await eventsOf(world, update)).toEqual(['client.changed 2', 'client.metadata.set 3'])
  })

  it('does not let settings grow without end', async () => {
    const half = 'x'.repeat(600_000)
    await world.ada.clients.update('shop', { settings: { a: half } })

    await expectRefused(world, () => world.ada.clients.update('shop', { settings: { b: half } }), {
      code: 'limit_exceeded',
    })
  })

  it.each([
    [{ name: '' }, 'name'],
    [{ settings: [1] as never }, 'settings'],
    [{ settings: new Uint8Array(2) as never }, 'settings'],
    [{ settings: { a: Number.NaN } }, 'settings'],
    [{ surprise: 1 } as object, 'surprise'],
  ])('refuses %o', async (update, path) => {
    await expectRefused(world, () => world.ada.clients.update('shop', update), { code: 'invalid_input', path })
  })

  it.each(['nothing', 'ours', 'a\0'])('does not know the client %j in the org', async (clientId) => {
    await world.system.clients.create({ clientId: 'ours', orgId: 'umbrella', name: 'Ours' })
    const { clients } = world.directory.as({ userId: 'root', orgId: 'acme' })
    const refusal = { code: 'not_found', subject: 'client', id: clientId }

    await expectRefused(world, () => clients.get(clientId), refusal)
    await expectRefused(world, () => clients.update(clientId, { name: 'x' }), refusal)
    await expectRefused(world, () => clients.delete(clientId), refusal)
  })
})

describe('deleteClient and listClients', () => {
  it('remove a client with its metadata, and list the rest', async () => {
    await world.ada.clients.create({ clientId: 'c', name: 'C', metadata: { client: { a: 1 } } })
    expect((await world.ada.clients.list({ count: true })).total).toBe(2)
    const { clients } = world.root

    expect(await eventsOf(world, () => clients.delete('c'))).toEqual(['client.removed 3'])
    expect((await world.ada.clients.list()).items.map(({ clientId }) => clientId)).toEqual(['shop'])
    await world.ada.clients.create({ clientId: 'c', name: 'C' })
    expect(await world.ada.clients.metadata('c').findValues()).toBeUndefined()
  })
})
