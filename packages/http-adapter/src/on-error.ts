import type { ExchangeRequest } from './exchange'

/** Told of every error that is ours: what a client got as a 5xx, or what failed behind an answer. `request` has no secrets removed: do not log its headers. */
export type OnError = (error: unknown, request: ExchangeRequest) => void

/** What happens to errors when the host named no `onError`: they must not vanish, so they go to stderr. */
export const logError: OnError = (error) => console.error(error)

/** Calls `onError`; what it throws itself is dropped, since an answer is still owed to the client. */
export function report(onError: OnError, error: unknown, request: ExchangeRequest): void {
  try {
    onError(error, request)
  } catch {}
}
