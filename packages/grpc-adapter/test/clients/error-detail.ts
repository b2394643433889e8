import { fromBinary } from '@bufbuild/protobuf'
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js'
import { descriptorOf } from '../../src/messages/descriptors'
import type { Failure } from './conversation'

/** What is in a `grpc-status-details-bin`, for clients that hand over its bytes and leave the reading to others. */
export function detailIn(status: Uint8Array | undefined): Pick<Failure, 'detail'> {
  if (status === undefined) return {}
  const read: unknown = fromBinary(descriptorOf('google.rpc.Status'), status)
  const { details } = read as { readonly details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[] }
  const found = details.find(({ typeUrl }) => typeUrl === 'type.googleapis.com/zitadel.v1.ErrorDetail')
  if (found === undefined) return {}
  const { id, message } = fromBinary(ErrorDetailSchema, found.value)
  return { detail: { id, message } }
}
