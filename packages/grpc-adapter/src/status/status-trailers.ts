import { Buffer } from 'node:buffer'
import { create, toBinary } from '@bufbuild/protobuf'
import { type CallStatus, grpcCodes } from '@indwell/http-adapter/zitadel-calls'
import { descriptorOf } from '../messages/descriptors'
import { percentEncode } from './percent-encode'

/** A status as gRPC sends it behind, or in place of, an answer. */
export type StatusTrailers = Readonly<Record<string, string>>

export const okTrailers: StatusTrailers = { 'grpc-status': '0' }

/** `grpc-status-details-bin` holds a `google.rpc.Status`, which is the same once more with ZITADEL's id beside it. */
export function statusTrailers({ code, message, detail }: CallStatus): StatusTrailers {
  const { number } = grpcCodes[code]
  const trailers = { 'grpc-status': String(number), 'grpc-message': percentEncode(message) }
  if (detail === undefined) return trailers
  const details = [
    {
      $typeName: 'google.protobuf.Any',
      typeUrl: 'type.googleapis.com/zitadel.v1.ErrorDetail',
      value: binaryOf('zitadel.v1.ErrorDetail', { id: detail.id, message: detail.message }),
    },
  ]
  const status = binaryOf('google.rpc.Status', { code: number, message, details })
  return { ...trailers, 'grpc-status-details-bin': Buffer.from(status).toString('base64').replace(/=+$/, '') }
}

function binaryOf(name: string, members: Record<string, unknown>): Uint8Array {
  const descriptor = descriptorOf(name)
  return toBinary(descriptor, create(descriptor, members))
}
