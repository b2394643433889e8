import type { EntryKey, EntryValue, MetadataIndex, MetadataIndexState, SubjectType } from '@indwell/core'
import { indexedValues } from './indexed-values'

/** An index of an instance under the number that its values carry. */
export type NumberedIndex = MetadataIndexState & { readonly number: number }

/** The indexes of an instance, as they were when they had that version. */
export interface KnownIndexes {
  /** Another one after every change, and never one that was before; empty: nothing was ever declared. */
  readonly version: string
  readonly indexes: readonly NumberedIndex[]
}

export const noIndexes: KnownIndexes = { version: '', indexes: [] }

/** Indexes that hold values of the entry. */
export function indexesOfEntry(
  { indexes }: KnownIndexes,
  { subjectType, namespace, key }: EntryKey,
): readonly NumberedIndex[] {
  if (indexes.length === 0) return indexes
  return indexes.filter(
    (index) => index.subjectType === subjectType && index.namespace === namespace && index.path[0] === key,
  )
}

/** Indexes that hold values of entries of such subjects. */
export function indexesOfSubject({ indexes }: KnownIndexes, subjectType: SubjectType): readonly NumberedIndex[] {
  return indexes.length === 0 ? indexes : indexes.filter((index) => index.subjectType === subjectType)
}

/** What an index holds of an entry: bytes have no values. */
export function valuesOfEntry({ path }: MetadataIndex, value: EntryValue): readonly string[] {
  return 'json' in value ? indexedValues(value.json, path.slice(1)) : []
}

export function isSameIndex(a: MetadataIndex, b: MetadataIndex): boolean {
  return (
    a.subjectType === b.subjectType &&
    a.namespace === b.namespace &&
    a.path.length === b.path.length &&
    a.path.every((name, place) => name === b.path[place])
  )
}

/** Indexes as rows: version, then number, subject type, namespace, path as JSON, and whether it is ready. */
export type IndexRow = readonly [
  version: string,
  number: number | string | null,
  subjectType: string | null,
  namespace: string | null,
  path: string | null,
  ready: number | string | boolean | null,
]

/** @param rows - One for each index; one with nothing but the version where there is none. */
export function knownIndexes(rows: readonly IndexRow[]): KnownIndexes {
  const [first] = rows
  if (first === undefined) return noIndexes
  const indexes = rows.flatMap(([, number, subjectType, namespace, path, ready]): readonly NumberedIndex[] =>
    number === null
      ? []
      : [
          {
            number: Number(number),
            subjectType: subjectType as NumberedIndex['subjectType'],
            namespace: namespace!,
            path: JSON.parse(path!) as readonly string[],
            state: ready === 1 || ready === 't' || ready === true ? 'ready' : 'building',
          },
        ],
  )
  return { version: first[0], indexes }
}
