import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import {
  type GetUserMetadataRequest,
  GetUserMetadataRequestSchema,
  GetUserMetadataResponseSchema,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js'
import { Refusal, rawJob } from '../http/raw-job'
import type { rawStatements } from '../http/raw-statements'
import type { Served } from '../http/serve'

type Answer = MessageInitShape<typeof GetUserMetadataResponseSchema>

export const getMetadataPath = `/${ManagementService.typeName}/GetUserMetadata`

const codes: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
}

/** A server as grpc-js's own documents show one, with messages of `@zitadel/proto`, and the raw driver behind it. */
export async function serveBare(raw: ReturnType<typeof rawStatements>): Promise<Served> {
  const { admit } = rawJob(raw)
  const get = ({ metadata, request }: ServerUnaryCall<GetUserMetadataRequest, Answer>, done: sendUnaryData<Answer>) => {
    try {
      const caller = admit(metadata.get('authorization')[0]?.toString())
      const found = raw.getEntry(caller, request.id, request.key)
      if (found === undefined) throw new Refusal(404)
      const { sequence, created_at, changed_at, owner, bytes } = found
      const details = {
        sequence: BigInt(sequence),
        creationDate: timestamp(created_at),
        changeDate: timestamp(changed_at),
        resourceOwner: owner,
      }
      done(null, { metadata: { details, key: request.key, value: bytes } })
    } catch (error) {
      done({ code: error instanceof Refusal ? codes[error.statusCode]! : status.INTERNAL })
    }
  }
  const server = new Server()
  server.addService(
    {
      get: {
        path: getMetadataPath,
        requestStream: false,
        responseStream: false,
        requestSerialize: (message: GetUserMetadataRequest) =>
          Buffer.from(toBinary(GetUserMetadataRequestSchema, message)),
        requestDeserialize: (bytes: Buffer) => fromBinary(GetUserMetadataRequestSchema, bytes),
        responseSerialize: (answer: Answer) =>
          Buffer.from(toBinary(GetUserMetadataResponseSchema, create(GetUserMetadataResponseSchema, answer))),
        responseDeserialize: (bytes: Buffer) => fromBinary(GetUserMetadataResponseSchema, bytes),
      },
    },
    { get },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  return {
    port,
    async close() {
      server.forceShutdown()
    },
  }
}

function timestamp(ms: number) {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 }
}
