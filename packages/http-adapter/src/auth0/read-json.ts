import { parseJson } from '../json/parse-json'
import type { Limits } from '../limits'
import { invalidBody, malformedJson } from './error-catalogue'

/**
 * Parses a request body, of which the last of several equal names counts. A body of zero bytes is `null`.
 *
 * @throws {@link Auth0Error} 400 `invalid_body` for what is not JSON, or nests too deeply.
 */
export function readJson(bytes: Uint8Array, { maxJsonDepth }: Pick<Limits, 'maxJsonDepth'>): unknown {
  if (bytes.byteLength === 0) return null
  const parsed = parseJson(bytes, { maxDepth: maxJsonDepth, duplicateKeys: 'last', trailing: 'error' })
  if (parsed.ok) return parsed.value
  if (parsed.fault.reason === 'too_deep') throw invalidBody(`Request payload nests deeper than ${maxJsonDepth} levels`)
  throw malformedJson()
}
