import {
  type DirectoryStorage,
  isDirectoryError,
  type Search,
  StorageUnavailableError,
  type TransactionError,
  type TransactionStorage,
} from '@indwell/core'

/** Runs work in a transaction of its own, which is committed behind it. */
export type InTransaction = <T>(work: (storage: TransactionStorage) => Promise<T>) => Promise<T>

/** A storage whose every call is made within a transaction, begun for it alone and anew where others were in the way. */
export function throughTransactions(storage: DirectoryStorage, inTransaction: InTransaction): DirectoryStorage {
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        // Who asks again and again without a pause keeps timers waiting, and with them whoever has the connection.
        await new Promise((resolve) => setImmediate(resolve))
        return await work()
      } catch (error) {
        // Within a transaction a database without tables is the wrong one.
        if (isTransactionError(error) && error.reason === 'foreign') throw new StorageUnavailableError('failed')
        if (!isInTheWay(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, 10 * Math.random()))
      }
    }
  }
  const run: InTransaction = (work) => patiently(() => inTransaction(work))
  const { commitUnread: _, ...others } = storage
  return {
    ...others,
    listMetadataIndexes: (instanceId) => patiently(() => storage.listMetadataIndexes(instanceId)),
    addMetadataIndexes: (instanceId, indexes) => patiently(() => storage.addMetadataIndexes(instanceId, indexes)),
    removeMetadataIndexes: (instanceId, indexes) => patiently(() => storage.removeMetadataIndexes(instanceId, indexes)),
    fillMetadataIndex: (instanceId, index, entries) =>
      patiently(() => storage.fillMetadataIndex(instanceId, index, entries)),
    explainSearch: (instanceId, search) => patiently(() => storage.explainSearch!(instanceId, search)),
    transaction: (work) => patiently(() => storage.transaction!(work)),
    load: (instanceId, reads) => run(async (within) => within.load(instanceId, reads)),
    search: <S extends Search>(instanceId: string, search: S) => run((within) => within.search(instanceId, search)),
    readEvents: (instanceId, query) => run((within) => within.readEvents(instanceId, query)),
    rewriteEvents: (instanceId, aggregate, rewrite) =>
      run((within) => within.rewriteEvents(instanceId, aggregate, rewrite)),
    // Behind a savepoint: one more place in which everything has to work.
    commit: (instanceId, commits) =>
      run((within) => within.savepoint(async (inner) => inner.commit(instanceId, commits))),
  }
}

const isTransactionError = (error: unknown): error is TransactionError =>
  isDirectoryError(error) && error.code === 'transaction_failed'

function isInTheWay(error: unknown): boolean {
  if (isTransactionError(error)) return error.reason === 'conflict'
  return error instanceof StorageUnavailableError && error.reason === 'busy'
}
