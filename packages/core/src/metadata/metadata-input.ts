import * as v from 'valibot'
import { isUnreadable } from '../encryption/unreadable-value'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { codePoints, isStorable } from '../input'
import type { JsonValue } from '../json'
import type { EntryValue } from '../storage/records'

/** What an entry can hold: any JSON value, or bytes. It comes back as what it went in. */
export type MetadataValue = JsonValue | Uint8Array

/** Values by key, or pairs where order or repetition matters. */
export type MetadataValues =
  | Readonly<Record<string, MetadataValue>>
  | readonly (readonly [key: string, value: MetadataValue])[]

/** Longest key, in characters. */
export const maxKeyLength = 255
/** Longest value: its bytes, or its JSON text in UTF-16 code units. */
export const maxValueLength = 1_048_576
/** Deepest nesting of a JSON value. */
export const maxValueDepth = 100
/** Most keys one call may change. */
export const maxChangesPerCall = 10_000

const namespacePattern = /^[a-z][a-z0-9_-]{0,62}$/

/** @throws {@link InvalidInputError} unless it is 1 to 63 lower-case letters, digits, `_` and `-`, a letter first. */
export function checkNamespace(namespace: string): void {
  if (typeof namespace !== 'string' || !namespacePattern.test(namespace)) {
    throw new InvalidInputError('namespace', 'must be lower-case letters, digits, _ and -, a letter first')
  }
}

/** @throws {@link InvalidInputError} unless it is 1 to 255 characters that every database can hold. */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || !isStorable(key)) {
    throw new InvalidInputError('key', 'must be text without NUL or half of a surrogate pair')
  }
  if (key === '' || (key.length > maxKeyLength && codePoints(key) > maxKeyLength)) {
    throw new InvalidInputError('key', `must be 1 to ${maxKeyLength} characters long`)
  }
}

/**
 * The value as it is stored.
 *
 * @throws {@link InvalidInputError} for what JSON cannot carry, `undefined` first of all.
 * @throws {@link LimitExceededError} when it is too long or too deep.
 */
export function entryValue(key: string, value: MetadataValue): EntryValue {
  if (value instanceof Uint8Array) {
    if (value.byteLength > maxValueLength) {
      throw new LimitExceededError('metadata.value.bytes', maxValueLength, value.byteLength, key)
    }
    // A copy: the caller may fill its buffer anew before the write is on its way.
    return { bytes: new Uint8Array(value) }
  }
  checkJson(key, value, 0, { visited: 0 })
  const json = JSON.stringify(value)
  if (json.length > maxValueLength) {
    throw new LimitExceededError('metadata.value.json', maxValueLength, json.length, key)
  }
  return { json }
}

/** Each value takes a character at least: what holds one value in many places is refused before its text is made. */
function checkJson(path: string, value: unknown, depth: number, count: { visited: number }): void {
  count.visited += 1
  if (count.visited > maxValueLength) {
    throw new LimitExceededError('metadata.value.json', maxValueLength, count.visited, path)
  }
  if (depth > maxValueDepth) throw new LimitExceededError('metadata.value.depth', maxValueDepth, depth, path)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return
    case 'number':
      if (Number.isFinite(value)) return
      break
    case 'object': {
      if (value === null) return
      if (Array.isArray(value)) {
        for (const item of value) checkJson(path, item, depth + 1, count)
        return
      }
      if (!isPlainObject(value)) break
      for (const item of Object.values(value)) checkJson(path, item, depth + 1, count)
      return
    }
  }
  throw new InvalidInputError(
    path,
    value === undefined ? 'must not be undefined: remove the key instead' : 'must be JSON or bytes',
  )
}

/** What an entry holds, as it was given. */
export function metadataValue(value: EntryValue): MetadataValue {
  return 'json' in value ? (JSON.parse(value.json) as JsonValue) : value.bytes
}

export function sameValue(a: EntryValue, b: EntryValue): boolean {
  if (isUnreadable(a) || isUnreadable(b)) return a === b
  if ('json' in a) return 'json' in b && a.json === b.json
  return (
    'bytes' in b && a.bytes.byteLength === b.bytes.byteLength && a.bytes.every((byte, index) => byte === b.bytes[index])
  )
}

/** @throws {@link InvalidInputError} for what is neither an object nor a list of pairs. */
export function pairsOf(values: MetadataValues): readonly (readonly [string, MetadataValue])[] {
  if (isPairs(values)) {
    if (values.every((pair) => Array.isArray(pair) && pair.length === 2)) return values
  } else if (isPlainObject(values)) {
    return Object.entries(values)
  }
  throw new InvalidInputError('metadata', 'must be an object, or pairs of keys and values')
}

const isPairs = (values: MetadataValues): values is readonly (readonly [key: string, value: MetadataValue])[] =>
  Array.isArray(values)

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // An object of another realm, as test runners and vm make them, has that realm's Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export type MetadataByNamespace = Readonly<Record<string, MetadataValues>>

/** Values by namespace, checked where they are used. */
export const metadataByNamespace = v.custom<MetadataByNamespace>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item) => typeof item === 'object' && item !== null),
  'must hold objects of metadata by namespace',
)
