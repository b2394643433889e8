import { type Change, createDirectory, type DirectoryStorage, defineMetadata, followInstances } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const metadata = defineMetadata({ user: { taxId: { schema: v.string(), redact: true } } })

/** The rules that hold on every storage. */
export function describeFollowingInstances(open: () => Promise<DirectoryStorage>): void {
  let storage: DirectoryStorage
  let after: string
  const settle = async (instanceId: string) => {
    const directory = await createDirectory({ storage, instanceId, metadata })
    const { users } = directory.asSystem('test')
    return { users, directory }
  }
  beforeAll(async () => {
    storage = await open()
    await settle('first')
    const { directory } = await settle('a')
    after = (await directory.asSystem('test').events({ limit: 1, descending: true }))[0]!.position
  })
  afterAll(() => storage.close())

  const take = async (count: number, options: Partial<Parameters<typeof followInstances>[0]> = {}) => {
    const taken: Change[] = []
    for await (const change of followInstances({ storage, metadata, after, pollMs: 20, ...options })) {
      taken.push(change)
      if (taken.length === count) break
    }
    return taken
  }

  describe('changes of all instances', () => {
    it('come as each instance tells them, those that are made meanwhile too', async () => {
      const [a, b] = [await settle('a'), await settle('b')]
      await a.users.createHuman({ userId: 'ada', userName: 'ada', metadata: { app: { taxId: 'GB1', plan: 'free' } } })
      await b.users.createHuman({ userId: 'ada', userName: 'ada', firstName: 'Ada' })
      const following = take(21)
      await a.users.metadata('ada').set({ plan: 'pro' })
      const c = await settle('c')
      await b.users.update('ada', { firstName: 'Augusta' })
      await c.users.createHuman({ userId: 'ada', userName: 'ada' })

      const changes = await following
      const known = async ({ directory }: typeof a) => {
        const own: Change[] = []
        const [newest] = await directory.asSystem('test').events({ limit: 1, descending: true })
        for await (const change of directory.changes({ after })) {
          own.push(change)
          if (change.position === newest?.position) break
        }
        return own
      }
      const expected = [...(await known(a)), ...(await known(b)), ...(await known(c))]
      expect(changes).toHaveLength(expected.length)
      for (const { instanceId } of [a.directory, b.directory, c.directory]) {
        const isIts = (change: Change) => change.instanceId === instanceId
        expect(changes.filter(isIts)).toEqual(expected.filter(isIts))
      }
      expect(changes).toContainEqual(
        expect.objectContaining({
          instanceId: 'a',
          metadata: [{ namespace: 'app', key: 'plan', before: 'free', after: 'pro' }],
        }),
      )
      expect(changes).toContainEqual(
        expect.objectContaining({ instanceId: 'b', fields: { firstName: { before: 'Ada', after: 'Augusta' } } }),
      )
      expect(JSON.stringify(changes)).not.toContain('GB1')
      // Any position of any of them will do to go on.
      const place = changes.length - 3
      expect(await take(2, { after: changes[place]!.position })).toEqual(changes.slice(place + 1))
      const added = await take(3, { types: ['user.human.added'], before: false })
      expect(added.map((change) => change.instanceId)).toEqual(['a', 'b', 'c'])
      expect(added.every(({ fields }) => Object.keys(fields).length === 0)).toBe(true)
    })

    it('end with their signal, and at once where they are given back', async () => {
      const controller = new AbortController()
      const ending = take(1000, { signal: controller.signal })
      controller.abort()
      await ending
      const { directory } = await settle('idle')
      const [{ position } = { position: '' }] = await directory.asSystem('test').events({ limit: 1, descending: true })
      for (const changes of [
        followInstances({ storage, after: position, pollMs: 3_600_000 }),
        directory.changes({ after: position, pollMs: 3_600_000 }),
      ]) {
        const next = changes.next()
        await new Promise((resolve) => setTimeout(resolve, 50))
        expect(await changes.return()).toEqual({ done: true, value: undefined })
        expect(await next).toEqual({ done: true, value: undefined })
        expect(await changes.next()).toEqual({ done: true, value: undefined })
      }
    })

    it('are refused for what is no storage, no position, or a storage that has no such feed', async () => {
      const { readAllEvents: _, ...without } = storage
      expect(() => followInstances({ storage: without as DirectoryStorage })).toThrow(
        expect.objectContaining({ code: 'storage_unavailable', reason: 'incompatible' }),
      )
      expect(() => followInstances({ storage: {} as DirectoryStorage })).toThrow(
        expect.objectContaining({ code: 'invalid_input', path: 'storage' }),
      )
      for (const [options, path] of [
        [{ after: 'a\0' }, 'after'],
        [{ pollMs: 0 }, 'pollMs'],
        [{ types: ['user'] as never }, 'types.0'],
        [{ signal: {} as never }, 'signal'],
      ] as const) {
        expect(() => followInstances({ storage, ...options })).toThrow(
          expect.objectContaining({ code: 'invalid_input', path }),
        )
      }
      await expect(take(1, { after: 'x' })).rejects.toMatchObject({ code: 'invalid_input', path: 'after' })
    })
  })
}
