import { arrayLiteral, ListParameter } from './list-parameter'
import type { PostgresValue } from './postgres-pool'

/** A value in the server's text format: text, a number, a boolean, bytes, nothing, or a list of those. */
export function encodeParameter(value: unknown): PostgresValue {
  if (typeof value === 'string' || Buffer.isBuffer(value) || value instanceof ListParameter) return value
  if (value === null || value === undefined) return null
  return Array.isArray(value) ? arrayLiteral(value) : String(value)
}
