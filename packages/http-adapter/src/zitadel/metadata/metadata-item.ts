import type { MetadataEntry } from '@indwell/core'
import type { Response } from '../binding'
import { detailsOf } from '../object-details'

/** The namespace whose entries ZITADEL's clients see: bytes by key. */
export const namespace = 'zitadel'

export function metadataItem(entry: MetadataEntry): Response<'metadata.v1.Metadata'> {
  return { details: detailsOf(entry), key: entry.key, value: bytesOf(entry.value) }
}

/** The host may have put JSON into the namespace; clients get its text. */
export function bytesOf(value: MetadataEntry['value']): Uint8Array {
  return value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value))
}
