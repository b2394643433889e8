import type { Client } from './client'
import { connectClients } from './connect-clients'
import { grpcJsClient } from './grpc-js-client'
import { zitadelNodeClient } from './zitadel-node-client'

/** All that are tried, those of gRPC first. */
export const clients: readonly Client[] = [...connectClients, grpcJsClient, zitadelNodeClient].sort(
  (one, other) => rank(one) - rank(other),
)

function rank({ protocol, http }: Client): number {
  return (protocol === 'gRPC' ? 0 : 2) + (http === '2' ? 0 : 1)
}
