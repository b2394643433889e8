import type { ActingDirectory, Directory } from '@indwell/core'
import type { ExchangeRequest } from './exchange'
import { RequestRefusedError } from './request-refused-error'

/**
 * The directory for a request that only reads: given up once the client is gone. Writes go on to their end, for what a face
 * makes of one request may be several of them. A database in this process has answered before anybody can hang up.
 */
export function whileConnected(
  { isLocal }: Pick<Directory, 'isLocal'>,
  acting: ActingDirectory,
  request: ExchangeRequest,
): ActingDirectory {
  return isLocal ? acting : acting.withSignal(request.signal)
}

/** What ended a request, or that its client did. */
export function unlessGone(error: unknown, request: ExchangeRequest, { isLocal }: Pick<Directory, 'isLocal'>): unknown {
  if (isLocal || !request.signal.aborted || error !== request.signal.reason) return error
  return new RequestRefusedError('client_closed')
}
