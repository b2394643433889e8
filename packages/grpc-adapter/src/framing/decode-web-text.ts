import { Buffer } from 'node:buffer'
import { ApiError, plainStatus } from '@indwell/http-adapter/zitadel-calls'

/**
 * Undoes the base64 of `application/grpc-web-text`. It may come in several pieces, each with its padding.
 *
 * @throws {@link ApiError} `internal` for what is no base64.
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export function decodeWebText(body: Uint8Array): Buffer {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  const pieces = text.split(BEHIND_PADDING, MAX_PIECES + 1)
  if (pieces.length > MAX_PIECES || !pieces.every(isBase64)) {
    throw new ApiError(plainStatus('internal', 'received a body that is no base64'))
  }
  return pieces.length === 1 ? Buffer.from(text, 'base64') : Buffer.concat(pieces.map(bytesOf))
}

/** One message is one piece, or as few as its client flushes. */
const MAX_PIECES = 1000

const BEHIND_PADDING = /(?<==)(?=[^=])/

const isBase64 = (piece: string) => piece.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(piece)

const bytesOf = (piece: string) => Buffer.from(piece, 'base64')
