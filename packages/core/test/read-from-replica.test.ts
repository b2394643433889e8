import type { ActingDirectory, DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { createWorld } from './world'

describe('readFrom', () => {
  it('reads what every call reads where the storage has no replicas', async () => {
    const { directory } = await createWorld()
    const reading = directory.readFrom('replica', { atLeast: await directory.bookmark() })

    expect(await reading.asSystem('test').users.get('bob')).toMatchObject({ userName: 'bob' })
    expect(await reading.as({ userId: 'ada' }).users.list()).toEqual(await directory.as({ userId: 'ada' }).users.list())
    expect(await reading.as({ userId: 'ada' }).users.identities('bob')).toEqual([])
    await expect(reading.as({ userId: 'eve' }).users.get('bob')).rejects.toMatchObject({ code: 'permission_denied' })
  })

  it('writes nothing there either', async () => {
    const { directory, feed } = await createWorld()
    const before = await feed()
    const reading = directory.readFrom('replica', { atLeast: await directory.bookmark() })

    for (const untyped of [reading.asSystem('test'), reading.as({ userId: 'ada' })] as ActingDirectory[]) {
      await expect(untyped.users.lock('bob')).rejects.toMatchObject({ reason: 'read_only' })
      await expect(untyped.users.metadata('bob').set({ plan: 'pro' })).rejects.toMatchObject({ reason: 'read_only' })
    }
    expect(await feed()).toEqual(before)
  })

  it('refuses a write with a key also where its answer was kept', async () => {
    const { directory } = await createWorld()
    const once = { idempotencyKey: 'k1' }
    await directory.asSystem('test').users.metadata('bob').set({ plan: 'pro' }, once)
    const reading = directory.readFrom('replica', { atLeast: await directory.bookmark() })
    const untyped = reading.asSystem('test') as ActingDirectory

    await expect(untyped.users.metadata('bob').set({ plan: 'pro' }, once)).rejects.toMatchObject({
      reason: 'read_only',
    })
    await expect(untyped.users.lock('bob', { idempotencyKey: 'k2' })).rejects.toMatchObject({ reason: 'read_only' })
  })

  it('refuses a bookmark that is no text', async () => {
    const { directory } = await createWorld()
    const atLeast = 7 as unknown
    expect(() => directory.readFrom('replica', { atLeast: atLeast as string })).toThrow(
      expect.objectContaining({ code: 'invalid_input', path: 'atLeast' }),
    )
  })

  it('hands the storage’s own bookmark on, and asks no replica what the caller may do', async () => {
    const inner = sqliteStorage({ filename: ':memory:' })
    const asked: string[] = []
    const storage: DirectoryStorage = {
      ...inner,
      bookmark: async (instanceId) => `bookmark of ${instanceId}`,
      readReplica: (atLeast) => ({
        load: (instanceId, reads) => {
          asked.push(atLeast, ...reads.map(({ read }) => read))
          return inner.load(instanceId, reads)
        },
        search: inner.search,
        readEvents: inner.readEvents,
      }),
    }
    const { directory } = await createWorld({ storage })
    const reading = directory.readFrom('replica', { atLeast: await directory.bookmark() })
    await reading.as({ userId: 'ada' }).users.get('bob')

    expect(asked[0]).toBe('bookmark of default')
    expect(asked).toContain('record')
    expect(asked).not.toContain('principal')
  })
})
