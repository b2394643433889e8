import { gunzipSync } from 'node:zlib'
import { ApiError, type GrpcCode, plainStatus } from '@indwell/http-adapter/zitadel-calls'

/** Flag and length in front of each message. */
export const PREFIX_BYTES = 5

/** What `grpc-encoding` may name. */
export const ACCEPTED_ENCODINGS = 'identity,gzip'

const COMPRESSED = 1

/**
 * Takes the one message out of the body of a unary call, inflated where it was compressed.
 *
 * @param encoding - `grpc-encoding` of the request.
 * @param maxBytes - Longest message, before and after it is inflated.
 * @throws {ApiError} with the code that grpc-go has for it: `unimplemented` for an encoding that is not known and for any
 * number of messages but one, `resource_exhausted` for a message that is too long, `internal` for everything malformed.
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and doc/statuscodes.md
 */
export function readMessage(body: Uint8Array, encoding: string | undefined, maxBytes: number): Uint8Array {
  const isGzip = encoding === 'gzip'
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity' && !isGzip) {
    throw refusal('unimplemented', `grpc-encoding ${JSON.stringify(encoding)} is not supported`)
  }
  if (body.length === 0) throw refusal('unimplemented', 'received no request message')
  if (body.length < PREFIX_BYTES) throw truncated()
  const flag = body[0]
  if (flag !== 0 && flag !== COMPRESSED) throw refusal('internal', `received unexpected payload format ${flag}`)
  const length = lengthAt(body, 0)
  if (length > maxBytes) throw tooLong(length, maxBytes)
  const end = PREFIX_BYTES + length
  if (end > body.length) throw truncated()
  if (end < body.length) throw moreBehind(body, end)
  const message = body.subarray(PREFIX_BYTES)
  if (flag !== COMPRESSED) return message
  if (!isGzip) throw refusal('internal', 'compressed flag set with identity or empty encoding')
  return inflated(message, maxBytes)
}

function lengthAt(body: Uint8Array, start: number): number {
  return ((body[start + 1]! << 24) | (body[start + 2]! << 16) | (body[start + 3]! << 8) | body[start + 4]!) >>> 0
}

/** A second message, or what is none. */
function moreBehind(body: Uint8Array, start: number): ApiError {
  const isWhole = body.length - start >= PREFIX_BYTES && start + PREFIX_BYTES + lengthAt(body, start) <= body.length
  return isWhole ? refusal('unimplemented', 'received more than one request message') : truncated()
}

function inflated(message: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(message, { maxOutputLength: maxBytes })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(undefined, maxBytes)
    throw refusal('internal', 'failed to decompress the received message')
  }
}

const refusal = (code: GrpcCode, message: string) => new ApiError(plainStatus(code, message))

const truncated = () => refusal('internal', 'received a truncated message')

function tooLong(length: number | undefined, maxBytes: number): ApiError {
  const sizes = length === undefined ? `over ${maxBytes}` : `${length} vs. ${maxBytes}`
  return refusal('resource_exhausted', `received message larger than max (${sizes})`)
}
