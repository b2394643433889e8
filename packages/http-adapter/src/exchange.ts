import type { Limits } from './limits'
import type { RequestRefusedError } from './request-refused-error'

/** One HTTP request, free of any server's types. Every host adapter makes one; every face answers one. */
export interface ExchangeRequest {
  /** Upper case, as sent. */
  readonly method: string
  /** Request target below the mount point: path and query, still percent-encoded, never with scheme or host. */
  readonly url: string
  /**
   * Names in lower case. A header sent more than once holds its values joined by `', '` (`cookie`: by `'; '`), in order.
   * Has no prototype, so that a name such as `__proto__` is a name like any other.
   */
  readonly headers: Readonly<Record<string, string | undefined>>
  /**
   * Reads the whole body. A second call answers the same bytes.
   *
   * @param maxBytes - Longest body, where it is not {@link Limits.maxBodyBytes}. Only the first call's counts.
   * @throws {@link RequestRefusedError} when it is longer than the limit, stalls, or the client hangs up.
   */
  body(maxBytes?: number): Promise<Uint8Array>
  /** Aborts when the client hangs up. */
  readonly signal: AbortSignal
  /**
   * Set when the head of the request is beyond the limits. `method` and `url` tell a face whether to answer, and that answer
   * is an error in the vendor's shape; `headers` is empty and `body()` rejects with the same error.
   */
  readonly refused?: RequestRefusedError | undefined
  /** Whether it came by HTTP/2, and trailers of its answer reach the client. Absent: they may not. */
  readonly isHttp2?: boolean | undefined
}

/** One HTTP answer, whole. */
export interface ExchangeResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Text is sent as UTF-8. Absent: no body. */
  readonly body?: string | Uint8Array
  /** Sent behind the body where the transport can (gRPC). */
  readonly trailers?: Readonly<Record<string, string>>
  /** What failed on our side when the status is 5xx: for the host's `onError`, never sent. */
  readonly cause?: unknown
}

/** Answers a request, or `undefined` when the path is not ours and belongs to the host. */
export interface Exchange {
  (request: ExchangeRequest): Promise<ExchangeResponse> | undefined
  /** What a host adapter enforces while it reads a request. Absent: the defaults of {@link Limits}. */
  readonly limits?: Limits
}
