import type { JsonValue } from '../json'
import type { MetadataValue } from '../metadata/metadata-input'
import { isObject, setMember } from './json-members'

/**
 * Merges a patch into a value that nobody else holds: objects at every level, `null` removes, all else replaces.
 *
 * @see RFC 7396
 */
export function mergeDeep(target: MetadataValue | undefined, patch: MetadataValue): MetadataValue {
  if (!isObject(patch)) return patch
  const merged: { [name: string]: JsonValue } = isObject(target) ? target : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else {
      const inner = mergeDeep(Object.hasOwn(merged, name) ? merged[name] : undefined, value)
      setMember(merged, name, inner as JsonValue)
    }
  }
  return merged
}
