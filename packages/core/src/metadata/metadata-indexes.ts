import { maxPathLength } from '../check-filter'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { isStorable, notStorable } from '../input'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { MetadataIndex, MetadataIndexState } from '../storage/metadata-index'
import { isSystemOwn } from './metadata'
import { checkKey, checkNamespace } from './metadata-input'

/** Most indexes one call may declare or name. */
export const maxMetadataIndexes = 100

const entriesPerBatch = 1000

export interface ReindexOptions {
  /** Looks at indexes that are ready as well, and mends what should not be. Default false. */
  readonly all?: boolean
  /** About how many entries are looked at before others may write again; 1 to 100,000. Default 1000. */
  readonly batchSize?: number
  /** Ends it between two batches, with the signal's reason; the next call goes on from there. */
  readonly signal?: AbortSignal
}

export interface Reindexed {
  /** Values that were missing, or that no entry holds. */
  readonly corrected: number
}

/** The indexes of an instance's metadata, whoever declared them. */
export interface MetadataIndexes {
  /** In the order in which they were declared. */
  list(): Promise<readonly MetadataIndexState[]>
  /**
   * Brings in what was written before an index was declared, and has searches go by it then. Others may write meanwhile,
   * and several processes may call it.
   *
   * @throws {@link InvalidInputError} for a batch of less than 1 or more than 100,000 entries.
   * @throws {@link StorageUnavailableError} when the storage cannot be asked; the next call goes on from there.
   */
  reindex(options?: ReindexOptions): Promise<Reindexed>
  /**
   * Takes indexes away. What they find is found by reading all there is.
   *
   * @throws as {@link createDirectory} for what is no index.
   */
  remove(...indexes: readonly MetadataIndex[]): Promise<void>
}

export function metadataIndexes(storage: DirectoryStorage, instanceId: string): MetadataIndexes {
  return {
    list: () => storage.listMetadataIndexes(instanceId),
    async reindex({ all = false, batchSize = entriesPerBatch, signal } = {}) {
      if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 100_000) {
        throw new InvalidInputError('batchSize', 'must be an integer from 1 to 100000')
      }
      let corrected = 0
      for (const index of await storage.listMetadataIndexes(instanceId)) {
        if (index.state === 'ready' && !all) continue
        for (;;) {
          signal?.throwIfAborted()
          const filled = await storage.fillMetadataIndex(instanceId, index, batchSize)
          corrected += filled?.corrected ?? 0
          if (filled === undefined || filled.done) break
          // A storage that answers at once would keep everybody else from being served.
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      return { corrected }
    },
    remove: async (...indexes) => storage.removeMetadataIndexes(instanceId, parseMetadataIndexes(indexes)),
  }
}

/** Declares what is not declared yet. */
export async function declareMetadataIndexes(
  storage: DirectoryStorage,
  instanceId: string,
  wanted: readonly MetadataIndex[],
): Promise<void> {
  if (wanted.length === 0) return
  const declared = new Set((await storage.listMetadataIndexes(instanceId)).map(nameOf))
  const missing = wanted.filter((index) => !declared.has(nameOf(index)))
  if (missing.length > 0) await storage.addMetadataIndexes(instanceId, missing)
}

const nameOf = ({ subjectType, namespace, path }: MetadataIndex) => JSON.stringify([subjectType, namespace, ...path])

const subjectTypes: readonly unknown[] = ['user', 'org', 'client'] satisfies readonly MetadataIndex['subjectType'][]

/**
 * A copy, each index once.
 *
 * @throws {@link InvalidInputError} for another kind of subject, what is no namespace, or a path that names nothing.
 * @throws {@link LimitExceededError} for more than 100 indexes, or more than 100 names in a path.
 */
export function parseMetadataIndexes(indexes: readonly MetadataIndex[]): readonly MetadataIndex[] {
  if (!Array.isArray(indexes)) throw new InvalidInputError('metadataIndexes', 'must be a list')
  if (indexes.length > maxMetadataIndexes) {
    throw new LimitExceededError('metadataIndexes', maxMetadataIndexes, indexes.length)
  }
  const parsed = new Map<string, MetadataIndex>()
  for (const { subjectType, namespace, path } of indexes) {
    if (!subjectTypes.includes(subjectType)) {
      throw new InvalidInputError('subjectType', 'must be user, org or client')
    }
    checkNamespace(namespace)
    if (isSystemOwn(namespace)) throw new InvalidInputError('namespace', 'cannot be searched')
    checkPath(path)
    const index: MetadataIndex = { subjectType, namespace, path: [...path] }
    parsed.set(nameOf(index), index)
  }
  return [...parsed.values()]
}

function checkPath(path: readonly string[]): void {
  if (!Array.isArray(path)) throw new InvalidInputError('path', 'must be a list of names, the key of an entry first')
  checkKey(path[0] as string)
  for (const name of path) {
    if (typeof name !== 'string' || !isStorable(name)) throw new InvalidInputError('path', notStorable)
  }
  if (path.length > maxPathLength) throw new LimitExceededError('path', maxPathLength, path.length)
}
