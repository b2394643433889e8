import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const userVersion = async (userId: string) => (await world.ada.users.findSnapshots([userId], []))[0]?.version
const clientVersion = async () => (await world.ada.clients.findSnapshots(['shop']))[0]?.version

describe('ifVersion', () => {
  it('is what a snapshot and a write say, and moves with the user and with its metadata', async () => {
    const { sequence } = await world.ada.users.update('bob', { firstName: 'Robert' }, { ifVersion: '1' })
    expect([await userVersion('bob'), sequence]).toEqual(['2', '2'])

    await world.ada.users.metadata('bob').apply({ set: { a: 1 } }, { ifVersion: sequence })
    await world.ada.users.metadata('bob', 'zitadel').set({ b: new Uint8Array([1]) })

    expect(await userVersion('bob')).toBe('4')
  })

  it('lets a write through that names the version, or a list with it', async () => {
    await world.ada.users.update('bob', { metadata: { app: { set: { a: 1 } } } }, { ifVersion: ['7', '1'] })
    await world.ada.clients.update('shop', { name: 'Store' }, { ifVersion: (await clientVersion()) ?? '' })
    await world.root.clients.delete('shop', { ifVersion: (await clientVersion()) ?? '' })
    await world.ada.users.delete('bob', { ifVersion: '2' })

    expect(await world.ada.users.getOrUndefined('bob')).toBeUndefined()
  })

  const writes: readonly (readonly [string, (ifVersion: string | readonly string[]) => Promise<unknown>])[] = [
    ['users.update', (ifVersion) => world.ada.users.update('bob', { firstName: 'Rob' }, { ifVersion })],
    ['users.update of what is there', (ifVersion) => world.ada.users.update('bob', {}, { ifVersion })],
    ['users.delete', (ifVersion) => world.ada.users.delete('bob', { ifVersion })],
    ['clients.update', (ifVersion) => world.ada.clients.update('shop', { name: 'Store' }, { ifVersion })],
    ['clients.delete', (ifVersion) => world.root.clients.delete('shop', { ifVersion })],
    ['metadata.apply', (ifVersion) => world.ada.users.metadata('bob').apply({ set: { a: 1 } }, { ifVersion })],
    ['metadata.apply of an org', (ifVersion) => world.ada.orgs.metadata('acme').apply({ clear: true }, { ifVersion })],
  ]

  it.each(writes)('refuses %s of another version, and says which one there is', async (_, write) => {
    await expectRefused(world, () => write('99'), {
      code: 'version_conflict',
      expected: '99',
      current: expect.stringMatching(/^[1-9][0-9]*$/),
    })
    await expectRefused(world, () => write([]), { code: 'version_conflict', expected: '' })
    await expectRefused(world, () => write(1 as never), { code: 'invalid_input', path: 'ifVersion' })
  })

  it.each(['users.delete', 'metadata.apply'])(
    'of somebody else is no way to learn that there is one: %s',
    async (of) => {
      const options = { ifVersion: '99' }
      const write = () =>
        of === 'users.delete'
          ? world.ada.users.delete('eve', options)
          : world.ada.users.metadata('eve').apply({ clear: true }, options)

      await expectRefused(world, write, { code: 'not_found' })
      await expectRefused(world, () => world.bob.users.delete('bob', options), { code: 'permission_denied' })
    },
  )

  it('lets one of many writers through who name the same version', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 32 }, (_, index) =>
        index % 2 === 0
          ? world.ada.users.metadata('bob').apply({ set: { [`k${index}`]: index } }, { ifVersion: '1' })
          : world.ada.users.update('bob', { firstName: `Bob ${index}` }, { ifVersion: '1' }),
      ),
    )

    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).toHaveLength(31)
    for (const reason of refused)
      expect(reason).toMatchObject({ code: 'version_conflict', expected: '1', current: '2' })
    expect(await userVersion('bob')).toBe('2')
  })

  it('removes a user whole who becomes a member in between, which moves no version', async () => {
    const storage = sqliteStorage({ filename: ':memory:' })
    let meanwhile = async () => {}
    const raced = await createWorld({
      storage: {
        ...storage,
        async commit(instanceId, commits) {
          if (commits.some(({ aggregates }) => aggregates.some(({ removes }) => removes))) await meanwhile()
          return storage.commit(instanceId, commits)
        },
      },
    })
    const elsewhere = (await createDirectory({ storage })).asSystem('test').orgs.members('acme')
    meanwhile = async () => {
      meanwhile = async () => {}
      await elsewhere.add({ userId: 'robot', roles: [] })
    }

    await raced.ada.users.delete('robot', { ifVersion: '1' })

    const cascaded = (await raced.feed()).filter(({ type }) => type === 'org.member.cascade.removed')
    expect(cascaded.map(({ payload }) => payload)).toEqual([{ userId: 'robot' }])
    await raced.ada.users.createMachine({ userId: 'robot', userName: 'robot', name: 'Second' })
    await elsewhere.add({ userId: 'robot', roles: [] })
  })
})
