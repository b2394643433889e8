import type { JsonObject } from '@indwell/core'

/**
 * Keeps or drops root members, exactly: nothing is forced in except `always`.
 *
 * @param fields - Names separated by commas, as the query carries them; `undefined` or empty: the whole object.
 * @param includeFields - Whether `fields` are kept or dropped. Default: kept.
 * @param always - Members that stay whatever is asked.
 */
export function projectFields(
  object: JsonObject,
  fields: string | undefined,
  includeFields = true,
  always: readonly string[] = [],
): JsonObject {
  if (fields === undefined || fields === '') return object
  const named = new Set(fields.split(',').map((name) => name.trim()))
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => named.has(name) === includeFields || always.includes(name)),
  )
}
