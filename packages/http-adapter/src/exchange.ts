/** One HTTP request, free of any server's types. Every host adapter makes one; every face answers one. */
export interface ExchangeRequest {
  /** Upper case, as sent. */
  readonly method: string
  /** Request target below the mount point: path and query, still percent-encoded, never with scheme or host. */
  readonly url: string
  /** Names in lower case. A header sent more than once holds its values joined by `', '`, in order. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /**
   * Reads the whole body. A second call answers the same bytes.
   *
   * @throws {@link RequestRefusedError} when it is longer than the limit, stalls, or the client hangs up.
   */
  body(): Promise<Uint8Array>
  /** Aborts when the client hangs up. */
  readonly signal: AbortSignal
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
}

/** Answers a request, or `undefined` when the path is not ours and belongs to the host. */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeResponse> | undefined
