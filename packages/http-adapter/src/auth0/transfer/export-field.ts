import type { JsonObject, JsonValue } from '@indwell/core'

/** A member of a user: a root member, or below it, as in `user_metadata.hobby` and `identities[0].connection`. */
export interface ExportField {
  readonly name: string
  /** Name of the column or member. Absent: `name`. */
  readonly export_as?: string | undefined
}

/** What a name leads to in a user; `undefined`: nothing. */
export function memberOf(user: JsonObject, name: string): JsonValue | undefined {
  // Names of metadata hold no dot, so that a path reads one way only.
  let value: JsonValue | undefined = user
  for (const step of name.split(/[.[\]]/).filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as JsonObject)[step]
  }
  return value
}
