import type { GrpcCode } from './grpc-code'
import { textOf } from './texts'

/** Why a call has no answer. Every transport says the first three; the rest is what JSON over HTTP says besides. */
export interface CallStatus {
  readonly code: GrpcCode
  /** As sent: with its id in brackets where it has one. */
  readonly message: string
  /** Of ZITADEL's own errors. */
  readonly detail?: ErrorDetail
  /** Where it is not what a grpc-gateway makes of the code. */
  readonly httpStatus?: number
  readonly headers?: Readonly<Record<string, string>>
  /** What failed on our side: for the host's `onError`, never sent. */
  readonly cause?: unknown
}

/** `zitadel.v1.ErrorDetail`. */
export interface ErrorDetail {
  readonly id: string
  readonly message: string
}

/**
 * An error of ZITADEL's own: the text followed by its id, and both again as a detail.
 *
 * @param id - `QUERY-Dfbg2` and so on.
 * @param key - Key of the text. A key without an English text is sent as it is, and so is plain English.
 */
export function zitadelStatus(code: GrpcCode, id: string, key: string): CallStatus {
  const message = textOf(key)
  return { code, message: `${message} (${id})`, detail: { id, message } }
}

/** An error from before ZITADEL's own checks: malformed input, a field rule, a missing token. */
export function plainStatus(code: GrpcCode, message: string): CallStatus {
  return { code, message }
}
