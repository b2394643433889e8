import type { ExchangeRequest } from '../exchange'

/**
 * Finds the token of an `Authorization: Bearer` header (RFC 6750, section 2.1). The scheme may have any case (RFC 9110,
 * section 11.1); a face whose vendor insists on one checks that itself. `undefined` for another scheme and for two headers.
 */
export function bearerToken({ headers }: Pick<ExchangeRequest, 'headers'>): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
}
