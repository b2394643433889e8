import {
  type DirectoryStorage,
  type KeptConsumer,
  type Page,
  type RecordSearch,
  type Search,
  type SearchResult,
  type StorageReads,
  StorageUnavailableError,
  type TransactionStorage,
  type UnreadCommit,
} from '@indwell/core'
import type { DatabaseCopy } from './test-database'

/**
 * The storage of whatever copy it is now, so that a directory stays the same while its content is exchanged. Closing it
 * closes no copy.
 *
 * @param like - Has what all the copies have.
 */
export function forwardingStorage(like: DirectoryStorage, current: () => DatabaseCopy): ForwardingStorage {
  const underWay = new Set<Promise<unknown>>()
  let closed = false

  async function forward<T>(
    instanceId: string,
    call: (storage: DirectoryStorage, instance: string) => T | Promise<T>,
  ): Promise<T> {
    if (closed) throw new StorageUnavailableError('closed')
    const { storage, instanceOf } = current()
    const answer = Promise.resolve(call(storage, instanceOf(instanceId)))
    underWay.add(answer)
    try {
      return await answer
    } finally {
      underWay.delete(answer)
    }
  }
  const readsOf = (choose: (storage: DirectoryStorage) => StorageReads): StorageReads => ({
    load: (instanceId, reads) => forward(instanceId, (storage, instance) => choose(storage).load(instance, reads)),
    search: <S extends Search>(instanceId: string, search: S): Promise<Page<SearchResult<S>>> =>
      forward(instanceId, (storage, instance) => choose(storage).search(instance, search)),
    readEvents: (instanceId, query) =>
      forward(instanceId, (storage, instance) => choose(storage).readEvents(instance, query)),
  })

  return {
    ...(like.isLocal && { isLocal: true }),
    ...(like.system !== undefined && { system: like.system }),
    ...(like.checksUnread && { checksUnread: true }),
    ...readsOf((storage) => storage),
    ...(like.explainSearch && {
      explainSearch: (instanceId: string, search: RecordSearch) =>
        forward(instanceId, (storage, instance) => storage.explainSearch!(instance, search)),
    }),
    commit: (instanceId, commits) => forward(instanceId, (storage, instance) => storage.commit(instance, commits)),
    ...(like.commitUnread && {
      commitUnread: (instanceId: string, commits: readonly UnreadCommit[]) =>
        forward(instanceId, (storage, instance) => storage.commitUnread!(instance, commits)),
    }),
    ...(like.within && {
      within(transaction: unknown) {
        if (closed) throw new StorageUnavailableError('closed')
        const { storage, instanceOf } = current()
        return inInstance(storage.within!(transaction), instanceOf)
      },
    }),
    ...(like.transaction && {
      transaction: <T>(work: (within: TransactionStorage, connection: unknown) => Promise<T>) =>
        forward('', (storage) => {
          const { instanceOf } = current()
          return storage.transaction!((within, connection) => work(inInstance(within, instanceOf), connection))
        }),
    }),
    rewriteEvents: (instanceId, aggregate, rewrite) =>
      forward(instanceId, (storage, instance) => storage.rewriteEvents(instance, aggregate, rewrite)),
    listMetadataIndexes: (instanceId) =>
      forward(instanceId, (storage, instance) => storage.listMetadataIndexes(instance)),
    addMetadataIndexes: (instanceId, indexes) =>
      forward(instanceId, (storage, instance) => storage.addMetadataIndexes(instance, indexes)),
    removeMetadataIndexes: (instanceId, indexes) =>
      forward(instanceId, (storage, instance) => storage.removeMetadataIndexes(instance, indexes)),
    fillMetadataIndex: (instanceId, index, entries) =>
      forward(instanceId, (storage, instance) => storage.fillMetadataIndex(instance, index, entries)),
    ...(like.listConsumers && {
      listConsumers: (instanceId: string, name?: string) =>
        forward(instanceId, (storage, instance) => storage.listConsumers!(instance, name)),
    }),
    ...(like.putConsumer && {
      putConsumer: (instanceId: string, consumer: KeptConsumer) =>
        forward(instanceId, (storage, instance) => storage.putConsumer!(instance, consumer)),
    }),
    ...(like.bookmark && {
      bookmark: (instanceId: string) => forward(instanceId, (storage, instance) => storage.bookmark!(instance)),
    }),
    ...(like.readReplica && {
      readReplica(atLeast: string) {
        // What it never answered is refused at once.
        current().storage.readReplica!(atLeast)
        return readsOf((storage) => storage.readReplica!(atLeast))
      },
    }),
    migrate: () => forward('', (storage) => storage.migrate()),
    async close() {
      closed = true
      await Promise.allSettled(underWay)
    },
    async idle() {
      await Promise.allSettled(underWay)
    },
  }
}

function inInstance(within: TransactionStorage, instanceOf: DatabaseCopy['instanceOf']): TransactionStorage {
  return {
    load: (instanceId, reads) => within.load(instanceOf(instanceId), reads),
    search: (instanceId, search) => within.search(instanceOf(instanceId), search),
    readEvents: (instanceId, query) => within.readEvents(instanceOf(instanceId), query),
    commit: (instanceId, commits) => within.commit(instanceOf(instanceId), commits),
    rewriteEvents: (instanceId, aggregate, rewrite) => within.rewriteEvents(instanceOf(instanceId), aggregate, rewrite),
    savepoint: (work) => within.savepoint((inner) => work(inInstance(inner, instanceOf))),
  }
}

export interface ForwardingStorage extends DirectoryStorage {
  /** Waits for the calls that are under way. */
  idle(): Promise<void>
}
