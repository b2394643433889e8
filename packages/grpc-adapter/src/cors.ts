import type { ExchangeRequest, ExchangeResponse } from '@indwell/http-adapter'

/** Which pages of other origins may call by gRPC-web, and read the answers. */
export interface CorsOptions {
  /** Whole origins, as `https://app.example.com`; `'*'`: every page. Tokens come in a header, so no cookie is let through. */
  readonly origins: '*' | readonly string[]
  /** How long a browser may remember that it asked, in seconds. Default 7200, beyond which no browser goes. */
  readonly maxAgeSeconds?: number | undefined
}

const exposed = 'grpc-status, grpc-message, grpc-status-details-bin'

/** Answers whether a page may call; `undefined` for what is no such question. */
export function preflight(
  cors: CorsOptions,
  { headers: { origin, ...asked } }: ExchangeRequest,
): ExchangeResponse | undefined {
  if (origin === undefined || asked['access-control-request-method'] === undefined) return undefined
  const allowed = allowedOrigin(cors, origin)
  const wanted = asked['access-control-request-headers'] ?? ''
  const headers = {
    vary: 'origin, access-control-request-headers',
    ...(allowed !== undefined && {
      'access-control-allow-origin': allowed,
      'access-control-allow-methods': 'POST',
      // Clients send whatever metadata they like, under names of their own.
      ...(/^[\w!#$%&'*+.^`|~, -]+$/.test(wanted) && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': String(cors.maxAgeSeconds ?? 7200),
    }),
  }
  return { status: 204, headers }
}

/** The same answer, for a page of that origin to read. */
export function withCors(
  cors: CorsOptions,
  response: ExchangeResponse,
  { headers: { origin } }: ExchangeRequest,
): ExchangeResponse {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin)
  const headers = {
    ...response.headers,
    ...(cors.origins !== '*' && { vary: 'origin' }),
    ...(allowed !== undefined && {
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': exposed,
    }),
  }
  return { ...response, headers }
}

function allowedOrigin({ origins }: CorsOptions, origin: string): string | undefined {
  if (origins === '*') return '*'
  return origins.includes(origin) ? origin : undefined
}
