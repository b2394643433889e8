import { Buffer } from 'node:buffer'
import type { ExchangeResponse } from '@indwell/http-adapter'
import type { CallStatus } from '@indwell/http-adapter/zitadel-calls'
import { ACCEPTED_ENCODINGS } from './framing/read-message'
import { trailersFrame } from './framing/write-frame'
import type { GrpcFormat } from './grpc-format'
import { okTrailers, type StatusTrailers, statusTrailers } from './status/status-trailers'

const okFrame = trailersFrame(okTrailers)

/** A whole answer: one message behind its prefix, and status 0. */
export function answerOf({ kind, contentType }: GrpcFormat, frame: Buffer): ExchangeResponse {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store' }
  if (kind === 'native') return { status: 200, headers, body: frame, trailers: okTrailers }
  return { status: 200, headers, body: webBody(kind, Buffer.concat([frame, okFrame])) }
}

/** What ended a call: without a message, in one block of headers where trailers are HTTP's own. */
export function refusalOf({ kind, contentType }: GrpcFormat, status: CallStatus): ExchangeResponse {
  const trailers: StatusTrailers = statusTrailers(status)
  const headers = {
    'content-type': contentType,
    'cache-control': 'no-store',
    // Whoever compressed in another way learns here which ways there are.
    ...(status.code === 'unimplemented' && { 'grpc-accept-encoding': ACCEPTED_ENCODINGS }),
  }
  const cause = status.cause === undefined ? undefined : { cause: status.cause }
  if (kind === 'native') return { status: 200, headers: { ...headers, ...trailers }, ...cause }
  return { status: 200, headers, body: webBody(kind, trailersFrame(trailers)), ...cause }
}

function webBody(kind: GrpcFormat['kind'], body: Buffer): Buffer | string {
  return kind === 'web' ? body : body.toString('base64')
}
