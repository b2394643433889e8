import type { JsonObject, Role } from '@indwell/core'
import type { Shown } from '../preconditions'

/** A role as every answer shows it. */
export function roleBody({ roleId, name, description }: Role): JsonObject {
  return { id: roleId, name, description }
}

export function shownRole(role: Role): Shown<JsonObject> {
  return { version: role.sequence, body: roleBody(role) }
}
