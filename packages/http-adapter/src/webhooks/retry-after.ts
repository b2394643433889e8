const longestMs = 86_400_000

/** Milliseconds that a header `Retry-After` asks for, a day at most; `undefined` for none, or what cannot be read. RFC 9110, 10.2.3 */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return ms > 0 ? Math.min(ms, longestMs) : undefined
}
