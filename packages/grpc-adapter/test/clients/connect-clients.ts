import { Code, createClient, type Interceptor, type Transport } from '@connectrpc/connect'
import { createGrpcTransport, createGrpcWebTransport, type GrpcTransportOptions } from '@connectrpc/connect-node'
import { createGrpcWebTransport as createFetchTransport } from '@connectrpc/connect-web'
import { createServerTransport } from '@zitadel/client/node'
import { createManagementServiceClient } from '@zitadel/client/v1'
import { createClientTransport } from '@zitadel/client/web'
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js'
import type { Client, OpenClient, Target } from './client'
import { callOf } from './connect-call'

/** ZITADEL's own clients are made of these. */
export const connectClients: readonly Client[] = [
  {
    name: '`@zitadel/client/node`',
    protocol: 'gRPC',
    http: '2',
    lost: Code.Internal,
    open: (target) => openOf(createManagementServiceClient(createServerTransport(target.token, nodeOptions(target)))),
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
    open: (target) => openOf(createManagementServiceClient(createClientTransport(target.token, fetchOptions(target)))),
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
  return openOf(createClient(ManagementService, transport([bearing])))
}

function openOf(client: Parameters<typeof callOf>[0]): OpenClient {
  return { call: callOf(client), close() {} }
}
