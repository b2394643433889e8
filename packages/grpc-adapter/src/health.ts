import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ApiError, plainStatus } from '@indwell/http-adapter/zitadel-calls'
import { PREFIX_BYTES } from './framing/read-message'
import { descriptorOf } from './messages/descriptors'

export const HEALTH_SERVICE = 'grpc.health.v1.Health'

const SERVING = 1

/**
 * Answers `grpc.health.v1.Health/Check`: a service that is mounted serves. Whether its database does is told by its calls.
 *
 * @param services - Full names. The empty name stands for all.
 * @throws {@link ApiError} `not_found` for a service that is not served, `internal` for what is no such request.
 * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
export function checkHealth(message: Uint8Array, services: ReadonlySet<string>): Buffer {
  const service = serviceOf(message)
  if (service !== '' && !services.has(service)) throw new ApiError(plainStatus('not_found', 'unknown service'))
  const descriptor = descriptorOf('grpc.health.v1.HealthCheckResponse')
  const answer = toBinary(descriptor, create(descriptor, { status: SERVING }))
  return Buffer.concat([Buffer.alloc(PREFIX_BYTES), answer])
}

function serviceOf(message: Uint8Array): string {
  try {
    const request: unknown = fromBinary(descriptorOf('grpc.health.v1.HealthCheckRequest'), message)
    return (request as { readonly service: string }).service
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw new ApiError(plainStatus('internal', 'error unmarshalling request: no grpc.health.v1.HealthCheckRequest'))
  }
}
