import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { ChannelCredentials, Client as GrpcJsClient, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js'
import type { Client } from './client'
import type { Outcome } from './conversation'
import { detailIn } from './error-detail'
import { plainAnswer } from './plain-answer'

/** Knows no messages of its own: those of `@zitadel/proto` are put into bytes and out of them for it. */
export const grpcJsClient: Client = {
  name: '`@grpc/grpc-js`',
  protocol: 'gRPC',
  http: '2',
  lost: status.UNAVAILABLE,
  open({ url, token, ca }) {
    const credentials =
      ca === undefined ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl(Buffer.from(ca))
    const client = new GrpcJsClient(new URL(url).host, credentials)
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${token}`)
    return {
      call(method, request) {
        const { name, input, output } = ManagementService.method[method]
        return new Promise<Outcome>((resolve, reject) => {
          client.makeUnaryRequest(
            `/${ManagementService.typeName}/${name}`,
            (message: object) => bytesOf(input, message),
            (bytes: Buffer): object => fromBinary<DescMessage>(output, bytes),
            request,
            metadata,
            (error, answer) => {
              if (answer !== undefined) resolve({ answer: plainAnswer(answer) })
              else if (error !== null) resolve({ fails: failureOf(error) })
              else reject(new Error('neither an error nor an answer'))
            },
          )
        })
      },
      close: () => client.close(),
    }
  },
}

function bytesOf(schema: DescMessage, message: object): Buffer {
  return Buffer.from(toBinary(schema, create(schema, message as MessageInitShape<DescMessage>)))
}

function failureOf({ code, details, metadata }: ServiceError) {
  const [sent] = metadata.get('grpc-status-details-bin')
  return { code, message: details, ...(sent instanceof Uint8Array && detailIn(sent)) }
}
