import type { MetadataIndex, MetadataIndexer } from '@indwell/core'
import { isSameIndex } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { readTransaction, writeTransaction } from '../transactions'
import { declaredIndexes } from './declared-indexes'
import { fillIndex } from './fill-index'
import { readIndexes } from './read-indexes'

type Synchronous<T> = {
  readonly [K in keyof T]: T[K] extends (...values: infer Values) => Promise<infer Answer>
    ? (...values: Values) => Answer
    : never
}

/** Each call is one transaction, so whoever else writes comes before it or after it. */
export function metadataIndexer(connection: Connection): Synchronous<MetadataIndexer> {
  const read = readTransaction(connection)
  const write = writeTransaction(connection)
  const indexesOf = readIndexes(connection).read
  const declared = declaredIndexes(connection)
  const fill = fillIndex(connection)
  const find = (instanceId: string, index: MetadataIndex) =>
    indexesOf(instanceId).indexes.find((known) => isSameIndex(known, index))

  return {
    listMetadataIndexes: (instanceId) =>
      read(() => indexesOf(instanceId).indexes.map(({ number: _, ...index }) => index)),
    addMetadataIndexes: (instanceId, indexes) =>
      write(() => {
        for (const index of indexes) if (find(instanceId, index) === undefined) declared.add(instanceId, index)
      }),
    removeMetadataIndexes: (instanceId, indexes) =>
      write(() => {
        for (const index of indexes) {
          const known = find(instanceId, index)
          if (known !== undefined) declared.remove(instanceId, known)
        }
      }),
    fillMetadataIndex: (instanceId, index, entries) =>
      write(() => {
        const known = find(instanceId, index)
        if (known === undefined) return undefined
        const { to, corrected } = fill(instanceId, known, declared.filledTo(instanceId, known), entries)
        declared.moveTo(instanceId, known, to)
        return { done: to === undefined, corrected }
      }),
  }
}
