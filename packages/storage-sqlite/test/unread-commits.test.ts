import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory, type DirectoryOptions, type DirectoryStorage, type StoredEvent } from '@indwell/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/sqlite-storage'

describe('entries that are set without reading them', () => {
  let folder: string
  let storages: DirectoryStorage[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'indwell-'))
    storages = [0, 1].map(() => sqliteStorage({ filename: join(folder, 'unread.db') }))
    await storages[0]!.migrate()
  })
  afterAll(async () => {
    await Promise.all(storages.map((storage) => storage.close()))
    rmSync(folder, { recursive: true })
  })

  async function open(storage: DirectoryStorage, options: Partial<DirectoryOptions> = {}) {
    const directory = await createDirectory({ storage, migrate: false, ...options })
    const announced: StoredEvent[] = []
    directory.on('*', (event) => {
      announced.push(event as StoredEvent)
    })
    return { directory, system: directory.asSystem('test'), announced }
  }

  it('come to what they come to with reads', async () => {
    const { commitUnread, ...reading } = storages[0]!
    expect(commitUnread).toBeDefined()
    const key = fc.constantFrom('plan', 'a"b\\c', 'ключ', ' ', '$1')
    const value = fc.oneof(
      fc.constantFrom<unknown>('gold', '', 'NULL', null, 0, true, { nested: ['{"', '\\x00', '€'] }),
      fc.constantFrom(new Uint8Array(), new Uint8Array([0, 92, 34, 255])),
    )
    const set = fc.record({
      subject: fc.constantFrom('user', 'org', 'client'),
      values: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(set, { maxLength: 8 }), async (sets) => {
        const results = []
        for (const storage of [storages[0]!, reading]) {
          let now = 1_700_000_000_000
          let id = 0
          const { directory, system, announced } = await open(storage, {
            instanceId: crypto.randomUUID(),
            clock: () => now,
            newId: () => `id-${++id}`,
          })
          const { userId } = await system.users.createHuman({ userName: 'ada' })
          const { clientId } = await system.clients.create({ name: 'app' })
          const subjects = {
            user: system.users.metadata(userId),
            org: system.orgs.metadata(directory.defaultOrgId),
            client: system.clients.metadata(clientId),
          }
          const answers = []
          for (const { subject, values } of sets) {
            now += 1000
            answers.push(await subjects[subject as keyof typeof subjects].set(values as [string, string][]))
          }
          const entries = []
          for (const subject of Object.values(subjects)) entries.push((await subject.list()).items)
          const log = await directory.asSystem('test').events({ limit: 1000 })
          // What listeners hear is what is in the log.
          expect(announced.slice(-log.length)).toEqual(log.slice(-announced.length))
          results.push({
            answers,
            entries,
            log: log.filter(({ aggregate }) => aggregate.type !== 'instance').map(({ position, ...event }) => event),
          })
        }
        expect(results[0]).toEqual(results[1])
      }),
      { numRuns: 50 },
    )
  })

  it('are found by an index, also where another process declared it meanwhile', async () => {
    const instanceId = crypto.randomUUID()
    const { system } = await open(storages[0]!, { instanceId })
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    const metadata = system.users.metadata(userId)
    await metadata.set({ plan: 'none' })

    const { directory, system: other } = await open(storages[1]!, {
      instanceId,
      metadataIndexes: [{ subjectType: 'user', namespace: 'app', path: ['plan'] }],
    })
    await directory.metadataIndexes.reindex()
    for (const plan of ['pro', 'team']) {
      await metadata.set({ plan, more: plan })
      const filter = { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'equals', value: plan } } as const
      for (const acting of [system, other]) {
        expect((await acting.users.list({ filter })).items.map((user) => user.userId)).toEqual([userId])
      }
      expect(await directory.metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
    }
  })

  it('of a subject that is not there or is gone are refused', async () => {
    const { system } = await open(storages[0]!, { instanceId: crypto.randomUUID() })
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    await system.users.metadata(userId).set({ plan: 'pro' })
    await system.users.delete(userId)
    for (const id of [userId, 'nobody']) {
      await expect(system.users.metadata(id).set({ plan: 'pro' })).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('are set in one call where several callers write in one turn', async () => {
    const unread: number[] = []
    const storage: DirectoryStorage = {
      ...storages[0]!,
      commitUnread: (instanceId, commits) => {
        unread.push(commits.length)
        return storages[0]!.commitUnread!(instanceId, commits)
      },
    }
    const { system } = await open(storage, { instanceId: crypto.randomUUID() })
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    const metadata = system.users.metadata(userId)
    unread.length = 0

    await metadata.set({ a: 1, b: 1 })
    for (const value of [2, 3]) await Promise.all([metadata.set({ a: value }), metadata.set({ b: value })])
    expect(unread).toEqual([1, 2, 2])
  })
})
