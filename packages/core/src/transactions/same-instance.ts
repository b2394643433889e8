import { TransactionError } from '../errors/transaction-error'
import type { Read } from '../storage/read'
import type { InstanceRecord } from '../storage/records'
import type { TransactionStorage } from '../storage/transactions'

const ownRecord: Read = { read: 'record', kind: 'instance', key: {} }

/**
 * Looks, along with what is asked first, whether the transaction is where the directory was opened: another database may
 * have the same tables, and an instance of the same name.
 */
export function inSameInstance(storage: TransactionStorage, instance: InstanceRecord): TransactionStorage {
  let isSame = false
  const load: TransactionStorage['load'] = async (instanceId, reads) => {
    if (isSame) return storage.load(instanceId, reads)
    const [found, ...answers] = await storage.load(instanceId, [ownRecord, ...reads])
    if ((found as InstanceRecord | undefined)?.createdAt !== instance.createdAt) throw new TransactionError('foreign')
    isSame = true
    return answers
  }
  const after = async <T>(instanceId: string, ask: () => Promise<T>): Promise<T> => {
    if (!isSame) await load(instanceId, [])
    return ask()
  }
  return {
    load,
    search: (instanceId, search) => after(instanceId, () => storage.search(instanceId, search)),
    readEvents: (instanceId, query) => after(instanceId, () => storage.readEvents(instanceId, query)),
    commit: (instanceId, commits) => after(instanceId, async () => storage.commit(instanceId, commits)),
    rewriteEvents: (instanceId, aggregate, rewrite) =>
      after(instanceId, () => storage.rewriteEvents(instanceId, aggregate, rewrite)),
    // Whoever begins one writes by the storage that it gets.
    savepoint: (work) => storage.savepoint((inner) => work(isSame ? inner : inSameInstance(inner, instance))),
  }
}
