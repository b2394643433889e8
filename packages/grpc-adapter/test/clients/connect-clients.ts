import {
  Code,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
  type Client as TypedClient,
} from '@connectrpc/connect'
import { createGrpcTransport, createGrpcWebTransport, type GrpcTransportOptions } from '@connectrpc/connect-node'
import { createGrpcWebTransport as createFetchTransport } from '@connectrpc/connect-web'
import { createServerTransport } from '@zitadel/client/node'
import { createManagementServiceClient } from '@zitadel/client/v1'
import { createClientTransport } from '@zitadel/client/web'
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js'
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js'
import type { Client, OpenClient, Target } from './client'
import type { Failure, Method } from './conversation'
import { plainAnswer } from './plain-answer'

/** ZITADEL's own clients are made of these. */
export const connectClients: readonly Client[] = [
  {
    name: '`@zitadel/client/node`',
    protocol: 'gRPC',
    http: '2',
    lost: Code.Internal,
    open: (target) => opened(createManagementServiceClient(createServerTransport(target.token, nodeOptions(target)))),
  },
  {
    name: '`connect-node`',
    protocol: 'gRPC',
    http: '2',
    lost: Code.Internal,
    open: (target) =>
      withToken(target, (interceptors) => createGrpcTransport({ ...nodeOptions(target), interceptors })),
  },
  {
    name: '`connect-node`',
    protocol: 'gRPC-web',
    http: '2',
    lost: Code.Internal,
    open: (target) =>
      withToken(target, (interceptors) =>
        createGrpcWebTransport({ ...nodeOptions(target), httpVersion: '2', interceptors }),
      ),
  },
  {
    name: '`connect-node`',
    protocol: 'gRPC-web',
    http: '1.1',
    lost: Code.Internal,
    open: ({ url, ca, token }) =>
      withToken({ token }, (interceptors) =>
        createGrpcWebTransport({ baseUrl: url, httpVersion: '1.1', nodeOptions: { ca }, interceptors }),
      ),
  },
  {
    name: '`@zitadel/client/web`',
    protocol: 'gRPC-web',
    http: '1.1',
    fetches: true,
    lost: Code.Unknown,
    open: (target) => opened(createManagementServiceClient(createClientTransport(target.token, fetchOptions(target)))),
  },
  {
    name: '`connect-web`',
    protocol: 'gRPC-web',
    http: '1.1',
    fetches: true,
    lost: Code.Unknown,
    open: (target) =>
      withToken(target, (interceptors) => createFetchTransport({ ...fetchOptions(target), interceptors })),
  },
]

function nodeOptions({ url, ca }: Target): GrpcTransportOptions {
  return { baseUrl: url, ...(ca !== undefined && { nodeOptions: { ca } }) }
}

function fetchOptions({ url, fetch }: Target) {
  return { baseUrl: url, ...(fetch && { fetch }) }
}

function withToken(
  { token }: Pick<Target, 'token'>,
  transport: (interceptors: Interceptor[]) => Transport,
): OpenClient {
  const bearing: Interceptor = (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`)
    return next(request)
  }
  return opened(createClient(ManagementService, transport([bearing])))
}

function opened(client: TypedClient<typeof ManagementService>): OpenClient {
  return {
    async call(method: Method, request) {
      const run = client[method] as (request: object) => Promise<object>
      try {
        return { answer: plainAnswer(await run(request)) }
      } catch (error) {
        return { fails: failureOf(error) }
      }
    },
    close() {},
  }
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ConnectError)) throw error
  const [detail] = error.findDetails(ErrorDetailSchema)
  return {
    code: error.code,
    message: error.rawMessage,
    ...(detail && { detail: { id: detail.id, message: detail.message } }),
  }
}
