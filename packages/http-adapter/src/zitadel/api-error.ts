import { type CallStatus, plainStatus, zitadelStatus } from './call-status'
import type { GrpcCode } from './grpc-code'

/** A call that ends with an error of the vendor's. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(readonly status: CallStatus) {
    super(`ended with ${status.code}`)
  }
}

/** Code, id and text key of one of ZITADEL's errors. */
export type ErrorEntry = readonly [code: GrpcCode, id: string, key: string]

/** An error of ZITADEL's own, with its id. */
export const apiError = (...entry: ErrorEntry): ApiError => new ApiError(zitadelStatus(...entry))

/** An error without an id: a field rule, a missing token. */
export const plainApiError = (code: GrpcCode, message: string): ApiError => new ApiError(plainStatus(code, message))
