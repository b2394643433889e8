/**
 * Reduces a request target (RFC 9112, section 3.2) or an absolute URL to path and query, still percent-encoded.
 *
 * Built on text alone: a `URL` would need a `Host`, which is the client's to choose and may be malformed, would resolve
 * `..` and would read `//a/b` as a host. Targets without a path, such as `*`, come back as they are and match nothing.
 */
export function toOriginForm(target: string): string {
  const fragment = target.indexOf('#')
  const whole = fragment === -1 ? target : target.slice(0, fragment)
  if (whole.startsWith('/')) return whole

  const scheme = whole.indexOf('://')
  if (scheme === -1) return whole
  for (let index = scheme + 3; index < whole.length; index++) {
    const character = whole[index]
    if (character === '/') return whole.slice(index)
    if (character === '?') return `/${whole.slice(index)}`
  }
  return '/'
}

/**
 * Checks a mount prefix and drops the slash at its end; `/` and the empty text are no prefix at all.
 *
 * @throws {TypeError} when it does not start with a slash or holds a query or fragment.
 */
export function toPrefix(prefix: string): string {
  const trimmed = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  if (trimmed !== '' && (!trimmed.startsWith('/') || /[?#]/.test(trimmed))) {
    throw new TypeError(`prefix must be a path that starts with a slash, not ${JSON.stringify(prefix)}`)
  }
  return trimmed
}

/** Cuts a prefix of {@link toPrefix} off a URL in origin form; `undefined` when the path is not below it. */
export function belowPrefix(url: string, prefix: string): string | undefined {
  if (prefix === '') return url
  if (!url.startsWith(prefix)) return undefined
  const rest = url.slice(prefix.length)
  if (rest.startsWith('/')) return rest
  return rest === '' || rest.startsWith('?') ? `/${rest}` : undefined
}

/** Separates a URL in origin form at its first `?`. `query` is empty when there is none. */
export function splitTarget(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?')
  return mark === -1 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) }
}

/**
 * Name and value of each parameter, in order, repeated ones as often as they were sent (WHATWG URL,
 * `application/x-www-form-urlencoded`): `+` is a blank, malformed escapes stay as they are, invalid UTF-8 turns to U+FFFD.
 */
export function parseQuery(query: string): readonly (readonly [name: string, value: string])[] {
  return query === '' ? [] : [...new URLSearchParams(query)]
}

/** Undoes percent-encoding once; `+` stays `+`. `undefined` for malformed escapes and for bytes that are not UTF-8. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
