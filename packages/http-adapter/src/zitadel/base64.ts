/**
 * Decodes what protojson takes for bytes: standard alphabet, or the URL-safe one when the text holds `-` or `_`. Padding
 * is due when the length is a multiple of 4, else it is refused. Line breaks are skipped; unused low bits may be set.
 *
 * @returns `undefined` when the text is neither.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const urlSafe = text.includes('-') || text.includes('_')
  if (urlSafe && (text.includes('+') || text.includes('/'))) return undefined
  const padded = text.length % 4 === 0
  const letters = text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, '') : text

  let length = letters.length
  if (padded) {
    if (length % 4 !== 0) return undefined
    if (letters.endsWith('==')) length -= 2
    else if (letters.endsWith('=')) length -= 1
  }
  if (length % 4 === 1) return undefined

  // Node skips what is not base64 and reads code units above 255 by their low byte, so it cannot be asked whether the
  // text is valid: but it is when all of it is ASCII and none of it was skipped.
  if (Buffer.byteLength(letters) !== letters.length) return undefined
  const bytes = Buffer.from(letters, 'base64')
  if (bytes.length !== Math.floor((length * 3) / 4)) return undefined
  // Small buffers share Node's pool: a copy keeps neither the pool alive nor its other contents in reach.
  return bytes.length === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes)
}

/** Standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
