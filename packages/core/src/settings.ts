import * as v from 'valibot'
import type { JsonObject, JsonValue } from './json'
import { entryValue, metadataValue } from './metadata/metadata-input'

/** An object; what is in it is checked by {@link storedSettings}. */
export const settingsInput = v.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value),
  'must be an object',
)

/**
 * A copy, as the database will give it back. Settings are bound by what one metadata value may be.
 *
 * @throws {@link InvalidInputError} for what JSON cannot carry.
 * @throws {@link LimitExceededError} when they are too long or too deep.
 */
export function storedSettings(settings: JsonObject): JsonObject {
  return metadataValue(entryValue('settings', settings)) as JsonObject
}

/** The members of `change` that are not in `stored` already; `null` takes one away that is there. */
export function changedSettings(stored: JsonObject, change: JsonObject): JsonObject {
  const changes = Object.entries(change).filter(([name, value]) => {
    const before = Object.hasOwn(stored, name) ? stored[name] : undefined
    return value === null ? before !== undefined : JSON.stringify(value) !== JSON.stringify(before)
  })
  return Object.fromEntries(changes)
}

/** What `change` makes of settings: `null` takes a member away, another value replaces it whole. */
export function mergeSettings(stored: JsonObject, change: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue>(Object.entries(stored))
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key)
    else merged.set(key, value)
  }
  return Object.fromEntries(merged)
}
