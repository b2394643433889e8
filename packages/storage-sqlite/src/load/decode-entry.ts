import type { EntryKey, EntryRecord, EntryValue, SubjectKey } from '@indwell/core'

/** In the order of the columns that a search of entries selects. */
export type EntryRow = readonly [
  key: string,
  json: string | null,
  bytes: Uint8Array | null,
  sequence: string,
  createdAt: number,
  changedAt: number,
  orgId: string,
]

export function decodeEntry(subject: SubjectKey, namespace: string, row: EntryRow): EntryRecord {
  return {
    subjectType: subject.subjectType,
    subjectId: subject.subjectId,
    namespace,
    key: row[0],
    value: decodeValue(row[1], row[2]),
    sequence: row[3],
    createdAt: row[4],
    changedAt: row[5],
    orgId: row[6],
  }
}

/** The same without the key. */
export type NamedEntryRow = EntryRow extends readonly [string, ...infer Rest] ? readonly [...Rest] : never

export function decodeNamedEntry(
  { subjectType, subjectId, namespace, key }: EntryKey,
  row: NamedEntryRow,
): EntryRecord {
  return {
    subjectType,
    subjectId,
    namespace,
    key,
    value: decodeValue(row[0], row[1]),
    sequence: row[2],
    createdAt: row[3],
    changedAt: row[4],
    orgId: row[5],
  }
}

function decodeValue(json: string | null, bytes: Uint8Array | null): EntryValue {
  if (bytes === null) return { json: json! }
  // The driver gives a Buffer, which is not what was written.
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}
