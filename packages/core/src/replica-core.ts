import type { Core } from './core'
import { type CoreOptions, createCore } from './create-core'
import { InvalidInputError } from './errors/invalid-input-error'
import { StorageUnavailableError } from './errors/storage-unavailable-error'
import type { Read } from './storage/read'

/** Which copy of the data a call reads, and what it has to have seen. */
export interface ReplicaReading {
  /**
   * What `Directory.bookmark()` answered, or the position of an event: the call sees everything that was answered before
   * the bookmark was asked for, or all events up to that position.
   */
  readonly atLeast: string
}

/**
 * A core whose reads may come from a replica, gathered by themselves, so that they never share a question with others.
 * What decides who may do something is read as always: a replica could still know of a right that was taken.
 *
 * @throws {@link InvalidInputError} for an `atLeast` that the storage never answered.
 */
export function replicaCore(core: Core, options: CoreOptions, { atLeast }: ReplicaReading): Core {
  if (typeof atLeast !== 'string') throw new InvalidInputError('atLeast', 'must be text')
  const { storage } = options
  const reads = storage.readReplica?.(atLeast) ?? storage
  const refuse = async () => {
    throw new StorageUnavailableError('read_only')
  }
  const replica = createCore({
    ...options,
    storage: {
      ...(storage.system !== undefined && { system: storage.system }),
      load: (instanceId, asked) => reads.load(instanceId, asked),
      search: (instanceId, search) => reads.search(instanceId, search),
      readEvents: (instanceId, query) => reads.readEvents(instanceId, query),
      commit: refuse,
      rewriteEvents: refuse,
      listMetadataIndexes: refuse,
      addMetadataIndexes: refuse,
      removeMetadataIndexes: refuse,
      fillMetadataIndex: refuse,
      migrate: refuse,
      close: refuse,
    },
  })
  return {
    ...replica,
    userLoginMustBeDomain: core.userLoginMustBeDomain,
    read: (read) => (decidesPermission(read) ? core : replica).read(read),
    // Refused before anything is read: decisions are made on what is current.
    write: refuse,
    writeUnread: undefined,
    // So are writes with a key, also where the answer that was kept is known here.
    inTurn: refuse,
  }
}

function decidesPermission(read: Read): boolean {
  return read.read === 'principal' || (read.read === 'record' && read.kind === 'role')
}
