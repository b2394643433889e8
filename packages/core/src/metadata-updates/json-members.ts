import type { JsonValue } from '../json'
import type { MetadataValue } from '../metadata/metadata-input'

/** A value that is being changed: nobody else holds it. */
export type Changeable = { [name: string]: JsonValue } | JsonValue[]

export const isObject = (value: unknown): value is { [name: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

/** A member of its own, whatever its name: `__proto__` is one like any other. */
export function setMember(object: { [name: string]: JsonValue }, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  } else object[name] = value
}

/** Equal as JSON is: whatever the order of members. Bytes equal bytes. @see RFC 6902, section 4.6 */
export function sameJson(a: MetadataValue, b: MetadataValue): boolean {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, index) => sameJson(item, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return a === b
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && sameJson(a[name]!, b[name]!))
}
