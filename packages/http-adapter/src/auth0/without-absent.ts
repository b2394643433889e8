import type { JsonObject, JsonValue } from '@indwell/core'

/** A body of the members that are there. */
export function withoutAbsent(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const body: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) body[name] = value
  return body
}
