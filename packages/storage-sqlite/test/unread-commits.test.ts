import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectMadeAsWithReads, expectRefusedAsWithReads } from '../../../test/checked-commits'
import { expectSameAsWithReads, openListened } from '../../../test/unread-commits'
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

  it('come to what they come to with reads', async () => {
    await expectSameAsWithReads(storages[0]!, 50)
  })

  it('by callers, and at versions, are refused as they are with reads', async () => {
    await expectRefusedAsWithReads(storages[0]!, 100)
  })

  it('with what callers make come to what they come to with reads, and are refused alike', async () => {
    await expectMadeAsWithReads(storages[0]!, 100)
  })

  it('do so as well where a storage is asked for one creation at a time', async () => {
    const { isLocal, ...storage } = storages[0]!
    expect(isLocal).toBe(true)
    await expectMadeAsWithReads(storage, 50)
  })

  it('are found by an index, also where another process declared it meanwhile', async () => {
    const instanceId = crypto.randomUUID()
    const { system } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    const metadata = system.users.metadata(userId)
    await metadata.set({ plan: 'none' })

    const { directory, system: other } = await openListened(storages[1]!, instanceId, {
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
    const { system } = await openListened(storages[0]!, crypto.randomUUID())
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
    const { system } = await openListened(storage, crypto.randomUUID())
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    const metadata = system.users.metadata(userId)
    unread.length = 0

    await metadata.set({ a: 1, b: 1 })
    for (const value of [2, 3]) await Promise.all([metadata.set({ a: value }), metadata.set({ b: value })])
    expect(unread).toEqual([1, 2, 2])

    // Of many users too: here two batches would be two transactions, one behind the other.
    const ids = Array.from({ length: 50 }, (_, number) => `user${number}`)
    for (const id of ids) await system.users.createHuman({ userId: id, userName: id })
    unread.length = 0
    await Promise.all(ids.map((id) => system.users.metadata(id).set({ plan: id })))
    expect(unread).toEqual([50])
  })

  it('hold what known callers create, all of a turn in one call that nothing is read before', async () => {
    const unread: number[] = []
    const others: string[] = []
    const storage: DirectoryStorage = {
      ...storages[0]!,
      commitUnread(instanceId, commits) {
        unread.push(commits.length)
        return storages[0]!.commitUnread!(instanceId, commits)
      },
      commit(instanceId, commits) {
        others.push('commit')
        return storages[0]!.commit(instanceId, commits)
      },
      load(instanceId, reads) {
        others.push('load')
        return storages[0]!.load(instanceId, reads)
      },
    }
    const { system, directory } = await openListened(storage, crypto.randomUUID())
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const ada = directory.as({ userId })
    await ada.checkPermission('user.write')
    unread.length = 0
    others.length = 0

    await Promise.all(['eve', 'kim', 'lee'].map((userName) => ada.users.createMachine({ userName, name: 'Robot' })))
    await ada.orgs.create({ name: 'Globex' })
    expect([unread, others]).toEqual([[3, 1], []])
    await expect(ada.users.createMachine({ userName: 'eve', name: 'Robot' })).rejects.toMatchObject({
      code: 'already_exists',
    })
  })
})
