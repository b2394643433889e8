import type { Authenticate, RejectedToken } from '../authenticate'

/**
 * Asks one authenticator after the other: the first caller wins. Where none knows one, the first reason why a token does
 * not count is the answer.
 */
export function anyOf(...authenticators: readonly Authenticate[]): Authenticate {
  return async (request) => {
    let rejected: RejectedToken | undefined
    for (const authenticate of authenticators) {
      const answer = await authenticate(request)
      if (answer === undefined) continue
      if ('userId' in answer) return answer
      rejected ??= answer
    }
    return rejected
  }
}
