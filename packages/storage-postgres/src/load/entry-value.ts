import type { EntryValue } from '@indwell/core'

/** @param bytes - As the server writes `bytea`: hex behind `\x`. */
export function entryValue(json: string | null, bytes: string | null): EntryValue {
  return bytes === null ? { json: json ?? 'null' } : { bytes: bytesOf(bytes) }
}

function bytesOf(text: string): Uint8Array {
  const buffer = Buffer.from(text.slice(2), 'hex')
  // A plain view: Buffer's `slice` and `toJSON` differ from those of the class the port names.
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
