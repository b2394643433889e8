import type { PostgresValue } from './postgres-pool'

/** A value in the server's text format: text, a number, a boolean, bytes, nothing, or a list of those. */
export function encodeParameter(value: unknown): PostgresValue {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value
  if (value === null || value === undefined) return null
  return Array.isArray(value) ? arrayLiteral(value) : String(value)
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayLiteral(values: readonly unknown[]): string {
  let literal = ''
  for (const value of values) literal += literal === '' ? elementLiteral(value) : `,${elementLiteral(value)}`
  return `{${literal}}`
}

const special = /["\\]/

function elementLiteral(value: unknown): string {
  if (typeof value === 'string') return `"${special.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`
  if (value === null || value === undefined) return 'NULL'
  return Buffer.isBuffer(value) ? `"\\\\x${value.toString('hex')}"` : String(value)
}
