import { type CoreOptions, createCore } from '../create-core'
import type { Directory } from '../directory'
import { StorageUnavailableError } from '../errors/storage-unavailable-error'
import { TransactionError } from '../errors/transaction-error'
import { facesOf } from '../faces-of'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { InstanceRecord } from '../storage/records'
import type { TransactionStorage } from '../storage/transactions'
import { announceStored } from './announce-stored'
import { type HeldAnnouncements, holdAnnouncements, type Tellers, tell } from './held-announcements'
import { type HookSession, hookedCommit, type RunSession, type SettleCommit, tryingAgain } from './hooked-commit'
import type { Hooks } from './hooks'
import { inSameInstance } from './same-instance'
import type { TransactionDirectory } from './transaction-directory'
import { inQueue, queueOf, TransactionQueue } from './transaction-queue'

/** What of the opened directory its transactions share. */
export interface Opened {
  readonly options: CoreOptions
  readonly instance: InstanceRecord
  readonly inTransaction: Hooks['inTransaction']
}

/** Where a directory within a transaction works, and what it has to tell once that is committed. */
interface Place {
  readonly storage: TransactionStorage
  readonly queue: TransactionQueue
  readonly held: HeldAnnouncements
  /** Of a transaction that the directory began. */
  readonly connection?: unknown
}

export function directoryTransactions(opened: Opened): Pick<Directory, 'within' | 'transaction'> {
  const { options, instance } = opened
  return {
    within(transaction) {
      if (options.storage.within === undefined) throw new TransactionError('unsupported')
      const queue = queueOf(transaction)
      const storage = inSameInstance(options.storage.within(transaction), instance)
      const held = holdAnnouncements(options)
      return {
        ...directoryIn(opened, { storage, queue, held }),
        announce: () => announceStored(options, held),
      }
    },
    async transaction(work) {
      const held = holdAnnouncements(options)
      const answer = await transactionsOf(options.storage)((storage, connection) => {
        const place = { storage, connection, held, queue: new TransactionQueue() }
        return untilItEnds(place.queue, () => work({ ...directoryIn(opened, place), connection }))
      })
      tell(options, held.take())
      return answer
    },
  }
}

/** How commits are made of a directory whose host has a hook in their transactions; absent where it has none. */
export function commitsWithHook(opened: Opened): SettleCommit | undefined {
  const { options, inTransaction } = opened
  if (inTransaction === undefined) return undefined
  const transaction = transactionsOf(options.storage)
  const run: RunSession = (work) =>
    transaction((storage, connection) => hookSession(opened, { storage, connection }, options, work))
  return hookedCommit(options, inTransaction, tryingAgain(run))
}

function directoryIn(opened: Opened, place: Place): TransactionDirectory {
  const { options, inTransaction, instance } = opened
  const { storage, queue, held } = place
  const run: RunSession = (work) =>
    queue.run(() => storage.savepoint((inner) => hookSession(opened, { ...place, storage: inner }, held, work)))
  const core = createCore({
    ...options,
    storage: onlyThese(options.storage, inQueue(storage, queue)),
    events: held.events,
    outbox: held.outbox,
    ...(inTransaction && { settleCommit: hookedCommit(options, inTransaction, run) }),
  })
  return {
    ...facesOf({ ...core, userLoginMustBeDomain: instance.userLoginMustBeDomain }),
    async transaction(work) {
      const inner = { ...place, held: holdAnnouncements(options), queue: new TransactionQueue() }
      const answer = await queue.nest(() =>
        storage.savepoint((behind) =>
          untilItEnds(inner.queue, () => work(directoryIn(opened, { ...inner, storage: behind }))),
        ),
      )
      held.add(inner.held.take())
      return answer
    },
  }
}

/** Lets a hook work in the transaction of a commit, and has `tellers` told of it behind that. */
function hookSession<T>(
  opened: Opened,
  { storage, connection }: Pick<Place, 'storage' | 'connection'>,
  tellers: Tellers,
  work: (session: HookSession) => Promise<T>,
): Promise<T> {
  const held = holdAnnouncements(tellers)
  const queue = new TransactionQueue()
  const directory = directoryIn({ ...opened, inTransaction: undefined }, { storage, queue, held, connection })
  return untilItEnds(queue, () =>
    work({
      storage,
      directory,
      ...(connection === undefined ? {} : { connection }),
      async end() {
        await queue.close()
        const announcements = held.take()
        return () => tell(tellers, announcements)
      },
    }),
  )
}

/** What nobody waited for is refused once the work is done, unless it is at the storage already. */
async function untilItEnds<T>(queue: TransactionQueue, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await queue.close()
  }
}

function transactionsOf(storage: DirectoryStorage): NonNullable<DirectoryStorage['transaction']> {
  const transaction = storage.transaction?.bind(storage)
  if (transaction === undefined) throw new TransactionError('unsupported')
  return transaction
}

/** What core asks of a storage for calls; everything else is asked of the directory itself. */
function onlyThese({ isLocal, system }: DirectoryStorage, calls: TransactionStorage): DirectoryStorage {
  const refuse = async () => {
    throw new StorageUnavailableError('failed')
  }
  return {
    ...(isLocal && { isLocal }),
    ...(system !== undefined && { system }),
    load: calls.load,
    search: calls.search,
    readEvents: calls.readEvents,
    commit: calls.commit,
    listMetadataIndexes: refuse,
    addMetadataIndexes: refuse,
    removeMetadataIndexes: refuse,
    fillMetadataIndex: refuse,
    rewriteEvents: calls.rewriteEvents,
    migrate: refuse,
    close: refuse,
  }
}
