import { createDirectory, type DirectoryStorage, defineMetadata, type RefusedEntry } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from './world'

export interface CheckedDatabase {
  readonly storage: DirectoryStorage
  close(): Promise<unknown>
}

const definition = defineMetadata(
  {
    user: {
      plan: v.picklist(['free', 'pro'], 'is no plan'),
      address: v.object({ city: v.string('must be text') }),
      taxId: { schema: v.string(), redact: true },
      invite: { schema: v.string(), expiresAfterMs: 1000 },
    },
    'user.zitadel': { icon: v.instance(Uint8Array, 'must be bytes') },
    org: { tier: v.picklist(['basic', 'gold'], 'is no tier') },
    client: {},
  },
  { unknownKeys: { user: 'reject', org: 'strip' } },
)

/** What a definition would refuse of what is stored, whatever database it is. */
export function describeCheck(name: string, open: () => Promise<CheckedDatabase>): void {
  describe(`stored metadata on ${name} by a definition`, () => {
    let database: CheckedDatabase
    let world: World
    let longest = 0
    let loads = 0

    beforeAll(async () => {
      database = await open()
      const { storage } = database
      const counting: DirectoryStorage = {
        ...storage,
        load(instanceId, reads) {
          longest = Math.max(longest, reads.length)
          loads += 1
          return storage.load(instanceId, reads)
        },
      }
      world = await createWorld({ storage: counting })
      const { users, orgs, clients } = world.system
      await users.metadata('ada').set({ plan: 'pro', address: { city: 'London' }, invite: 5 })
      await users.metadata('bob').set({ plan: 'gold', address: { city: 7 }, taxId: 12345, later: true })
      await users.metadata('bob', 'zitadel').set({ icon: new Uint8Array([1]), other: 'kept' })
      await users.metadata('eve', 'zitadel').set({ icon: 'text' })
      await users.metadata('eve', 'user').set({ plan: 'whatever' })
      await users.metadata('robot').set({ ['__proto__']: 1 })
      await orgs.metadata('acme').set({ tier: 'silver', stray: 1 })
      await clients.metadata('shop').set({ any: 1 })
      world.advance(2000)
    })
    afterAll(() => database.close())

    const refusedBy = async (options: Parameters<World['directory']['checkMetadata']>[0]) => {
      const found: RefusedEntry[] = []
      for await (const entry of world.directory.checkMetadata(options)) found.push(entry)
      return found
    }
    const places = (found: readonly RefusedEntry[]) =>
      found.map(({ subjectId, namespace, path, problem }) => [subjectId, namespace, path, problem])
    const expected = [
      ['bob', 'app', 'address.city', 'must be text'],
      ['bob', 'app', 'later', 'is not defined'],
      ['bob', 'app', 'plan', 'is no plan'],
      ['bob', 'app', 'taxId', 'is not what its schema asks for'],
      ['robot', 'app', '__proto__', 'is not defined'],
      ['eve', 'zitadel', 'icon', 'must be bytes'],
      ['acme', 'org', 'tier', 'is no tier'],
    ]

    it.each([[1], [2], [3], [1000]])('is told where it would be refused, in batches of %i', async (batchSize) => {
      longest = 0
      const found = await refusedBy({ definition, batchSize })
      expect(places(found)).toEqual(expected)
      expect(longest).toBeLessThanOrEqual(batchSize)
      expect(found[0]).toEqual({
        subjectType: 'user',
        subjectId: 'bob',
        orgId: 'acme',
        namespace: 'app',
        key: 'address',
        path: 'address.city',
        problem: 'must be text',
      })
    })

    it('is told of what is refused then, and of nothing else', async () => {
      const { storage } = database
      const inForce = await createDirectory({ storage, metadata: definition, migrate: false, clock: world.now })
      const { users } = inForce.asSystem('test')
      const found = await refusedBy({ definition })
      for (const userId of ['ada', 'bob', 'robot']) {
        for (const [key, value] of Object.entries(await world.system.users.metadata(userId).values())) {
          if (key === 'invite') continue
          const entry = found.find((one) => one.subjectId === userId && one.namespace === 'app' && one.key === key)
          const set = users.metadata(userId).set({ [key]: value } as never)
          if (entry === undefined) expect(await set).toMatchObject({ changed: [] })
          else await expect(set).rejects.toMatchObject({ path: entry.path, problem: entry.problem })
        }
      }
      const own: RefusedEntry[] = []
      for await (const entry of inForce.checkMetadata()) own.push(entry)
      expect(places(own)).toEqual(expected)
    })

    it('asks for no more than is wanted', async () => {
      loads = 0
      for await (const { key } of world.directory.checkMetadata({ definition, batchSize: 2 })) {
        expect(key).toBe('address')
        break
      }
      expect(loads).toBe(1)
    })

    it('heeds a signal', async () => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const parts = world.directory.checkMetadata({ definition, batchSize: 1, signal: controller.signal })
      expect((await parts.next()).value).toMatchObject({ subjectId: 'bob' })
      controller.abort(reason)
      const rest = async () => {
        for await (const _ of parts);
      }
      await expect(rest()).rejects.toBe(reason)
    })

    it('refuses what makes no sense', async () => {
      for (const [options, path] of [
        [{}, 'definition'],
        [{ definition: null as never }, 'definition'],
        [{ definition: {} as never }, 'metadata'],
        [{ definition, batchSize: 0 }, 'batchSize'],
        [{ definition, batchSize: 1001 }, 'batchSize'],
        [{ definition, signal: 5 as never }, 'signal'],
      ] as const) {
        await expect(refusedBy(options)).rejects.toMatchObject({ code: 'invalid_input', path })
      }
    })
  })
}
