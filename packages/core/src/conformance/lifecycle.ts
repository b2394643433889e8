import assert from 'node:assert/strict'
import { isDirectoryError } from '../errors/directory-error'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, userKey } from './commit-of'
import { apply, eventsOf, loadOne } from './place'

const ada = userKey('ada')
const anIndex = { subjectType: 'user', namespace: 'app', path: ['plan'] } as const

/** Whether a call failed because its storage was closed. */
function isClosed(error: unknown): boolean {
  return (
    isDirectoryError(error) && error.code === 'storage_unavailable' && 'reason' in error && error.reason === 'closed'
  )
}

/** One call of each kind. */
const calls: Readonly<Record<string, (storage: DirectoryStorage, instanceId: string) => Promise<unknown>>> = {
  load: async (storage, instanceId) => storage.load(instanceId, [{ read: 'aggregate', key: ada }]),
  'load of nothing': async (storage, instanceId) => storage.load(instanceId, []),
  commit: async (storage, instanceId) => storage.commit(instanceId, [creationOf(ada)]),
  'commit of nothing': async (storage, instanceId) => storage.commit(instanceId, []),
  search: (storage, instanceId) => storage.search(instanceId, { kind: 'user', offset: 0, limit: 10, count: true }),
  readEvents: (storage, instanceId) => storage.readEvents(instanceId, { limit: 10 }),
  listMetadataIndexes: (storage, instanceId) => storage.listMetadataIndexes(instanceId),
  addMetadataIndexes: (storage, instanceId) => storage.addMetadataIndexes(instanceId, [anIndex]),
  removeMetadataIndexes: (storage, instanceId) => storage.removeMetadataIndexes(instanceId, [anIndex]),
  fillMetadataIndex: (storage, instanceId) => storage.fillMetadataIndex(instanceId, anIndex, 10),
  migrate: (storage) => storage.migrate(),
}

export const lifecycleBehaviors: readonly Behavior[] = [
  ...Object.entries(calls).map(
    ([name, call]): Behavior => ({
      name: `after close a ${name} rejects as closed`,
      async check(world) {
        const storage = await world.reopen()
        await storage.close()

        await assert.rejects(call(storage, world.instanceId), isClosed)
      },
    }),
  ),
  {
    name: 'closing twice is fine, also at the same time',
    async check(world) {
      const [first, second] = [await world.reopen(), await world.reopen()]

      await first.close()
      await first.close()
      await Promise.all([second.close(), second.close(), second.close()])
    },
  },
  {
    name: 'a storage closes before it was ever used',
    async check(world) {
      const { open } = await world.createDatabase()

      await (await open()).close()
    },
  },
  {
    name: 'closing one storage leaves the others of its database open',
    async check(world) {
      const other = await world.reopen()
      await apply({ ...world, storage: other }, creationOf(ada))

      await other.close()
      await apply(world, commitOf(changeOf(ada)))
      assert.equal((await eventsOf(world, ada)).length, 2)
    },
  },
  {
    name: 'what was answered before close is there for others',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      await apply(other, creationOf(ada))
      await other.storage.close()

      assert.equal((await loadOne(world, { read: 'aggregate', key: ada }))?.sequence, '1')
    },
  },
  {
    name: 'calls under way while the storage closes are answered or reject, and what was answered stays',
    async check(world) {
      const other = await world.reopen()
      await apply(world, creationOf(ada))

      const underWay = Array.from({ length: 20 }, () => other.commit(world.instanceId, [commitOf(changeOf(ada))]))
      const closing = other.close()
      const settled = await Promise.allSettled(underWay)
      await closing

      const answered = settled.filter(({ status }) => status === 'fulfilled').length
      for (const call of settled) {
        if (call.status === 'rejected') assert.ok(isDirectoryError(call.reason), String(call.reason))
      }
      const unknown = settled.filter(
        (call) => call.status === 'rejected' && isDirectoryError(call.reason) && call.reason.code === 'outcome_unknown',
      ).length
      const stored = (await eventsOf(world, ada)).length - 1
      assert.ok(stored >= answered && stored <= answered + unknown, `${answered} answered, ${stored} stored`)
    },
  },
]
