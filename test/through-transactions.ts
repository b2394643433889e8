import {
  type DirectoryStorage,
  isDirectoryError,
  type Search,
  type StorageUnavailableError,
  type TransactionError,
  type TransactionStorage,
} from '@indwell/core'

/** Runs work in a transaction of its own, which is committed behind it. */
export type InTransaction = <T>(work: (storage: TransactionStorage) => Promise<T>) => Promise<T>

/** A storage whose every call is made within a transaction, begun for it alone and anew where others were in the way. */
export function throughTransactions(storage: DirectoryStorage, inTransaction: InTransaction): DirectoryStorage {
  const run: InTransaction = async (work) => {
    for (;;) {
      try {
        return await inTransaction(work)
      } catch (error) {
        if (!isInTheWay(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, 10 * Math.random()))
      }
    }
  }
  const { commitUnread: _, ...others } = storage
  return {
    ...others,
    load: (instanceId, reads) => run((within) => within.load(instanceId, reads)),
    search: <S extends Search>(instanceId: string, search: S) => run((within) => within.search(instanceId, search)),
    readEvents: (instanceId, query) => run((within) => within.readEvents(instanceId, query)),
    // Behind a savepoint: one more place in which everything has to work.
    commit: (instanceId, commits) => run((within) => within.savepoint((inner) => inner.commit(instanceId, commits))),
  }
}

function isInTheWay(error: unknown): boolean {
  if (!isDirectoryError(error)) return false
  if (error.code === 'transaction_failed') return (error as TransactionError).reason === 'conflict'
  return error.code === 'storage_unavailable' && (error as StorageUnavailableError).reason === 'busy'
}
