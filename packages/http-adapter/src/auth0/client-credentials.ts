import type { Face } from '../create-http-adapter'
import type { ExchangeRequest, ExchangeResponse } from '../exchange'
import { splitTarget } from '../request-target'
import { jsonAnswer } from './json-answer'
import { isForm } from './read-form'
import { readJson } from './read-json'
import { failureAnswer } from './translate-error'

/** What a client shows to get a token. */
export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
  /** Which API the token shall be for. */
  readonly audience: string | undefined
}

/** A token of the host's making. */
export interface IssuedToken {
  /** Something that the host's `authenticate` knows. */
  readonly accessToken: string
  /** In seconds; clients ask anew when it is over. Default: a day. */
  readonly expiresIn?: number
  /** What the token is good for, blank-separated. */
  readonly scope?: string
}

/**
 * Answers `POST /oauth/token` for the grant `client_credentials` (RFC 6749, section 4.4), so that an SDK that was given a
 * client's id and secret can be tested. Which secrets count and what they open is the host's: the directory keeps none.
 *
 * @param issue - `undefined`: no such client, or not its secret.
 */
export function clientCredentials(
  issue: (credentials: ClientCredentials) => IssuedToken | undefined | Promise<IssuedToken | undefined>,
): Face {
  return {
    name: 'auth0-client-credentials',
    open({ limits }) {
      const answer = async (request: ExchangeRequest): Promise<ExchangeResponse> => {
        const bytes = await request.body()
        const sent = isForm(request.headers)
          ? Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)))
          : readJson(bytes, limits)
        const { grant_type, client_id, client_secret, audience } = (sent ?? {}) as Readonly<Record<string, unknown>>
        if (grant_type !== 'client_credentials') return refusal(400, 'unsupported_grant_type')
        if (typeof client_id !== 'string' || typeof client_secret !== 'string') return refusal(400, 'invalid_request')
        const issued = await issue({
          clientId: client_id,
          clientSecret: client_secret,
          audience: typeof audience === 'string' ? audience : undefined,
        })
        if (issued === undefined) return refusal(401, 'invalid_client')
        const { accessToken, expiresIn = 86_400, scope } = issued
        const body = { access_token: accessToken, ...(scope !== undefined && { scope }) }
        return jsonAnswer(200, { ...body, expires_in: expiresIn, token_type: 'Bearer' }, unstored)
      }
      return (request) => {
        if (request.method !== 'POST' || splitTarget(request.url).path !== '/oauth/token') return undefined
        return answer(request).catch((error: unknown) => failureAnswer(error, { method: 'POST', scopes: [] }))
      }
    },
  }
}

/** A token must be in no cache (RFC 6749, section 5.1). */
const unstored = { 'cache-control': 'no-store' } as const

function refusal(status: 400 | 401, error: string): ExchangeResponse {
  return jsonAnswer(status, { error }, unstored)
}
