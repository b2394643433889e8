/**
 * Why a request was not read.
 *
 * `body_unreadable`: the host consumed the body and left neither `rawBody` nor `body`, or its stream broke.
 * `body_encoded`: it has a `Content-Encoding`, and nobody in front of us has undone it.
 */
export type RefusalReason =
  | 'body_too_large'
  | 'body_timeout'
  | 'client_closed'
  | 'body_unreadable'
  | 'body_encoded'
  | 'too_many_headers'
  | 'url_too_long'

/** A request that could not, or would not, be read whole. A face answers it in the vendor's shape. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError'

  /**
   * @param limit - The {@link Limits} member that was exceeded, in its own unit; `undefined` where no limit is involved.
   */
  constructor(
    readonly reason: RefusalReason,
    readonly limit?: number,
    options?: ErrorOptions,
  ) {
    super(limit === undefined ? `request refused: ${reason}` : `request refused: ${reason} (limit ${limit})`, options)
  }
}
