import { maxTokens, scalarsOf } from '../encryption/blind-index'
import { parseEnvelope } from '../encryption/envelope'
import type { SealedKey } from '../encryption/vault'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { checkKey, entryValue, type MetadataValue, maxValueDepth } from '../metadata/metadata-input'
import type { EntryValue } from '../storage/records'
import type { KeyRules, NamespaceRules } from './metadata-rules'
import type { SchemaIssue } from './standard-schema'

/**
 * Values as their schemas make them. Of keys that nothing is said about the namespace says what becomes of them.
 *
 * @throws {@link InvalidInputError} naming the key and what in its value is wrong.
 */
export function checkValues(
  rules: NamespaceRules,
  pairs: readonly (readonly [key: string, value: MetadataValue])[],
): readonly (readonly [key: string, value: EntryValue])[] {
  return pairs.flatMap(([key, value]) => {
    checkKey(key)
    const defined = rules.keys.get(key)
    if (defined !== undefined) return [[key, checkValue(defined, value)] as const]
    if (rules.unknownKeys === 'reject') throw new InvalidInputError(key, 'is not defined')
    return rules.unknownKeys === 'strip' ? [] : [[key, entryValue(key, value)] as const]
  })
}

const unfit = 'is not what its schema asks for'
const maxMessageLength = 500

function checkValue({ key, schema, redact, encrypted }: KeyRules, value: unknown): EntryValue {
  if (value === undefined) throw new InvalidInputError(key, 'must not be undefined: remove the key instead')
  checkDepth(value)
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new InvalidInputError(key, 'has a schema that takes its time: those of metadata have to be synchronous')
  }
  if (result.issues === undefined) {
    const checked = entryValue(key, result.value as MetadataValue)
    if (encrypted !== undefined) requireSealable(key, encrypted, checked)
    return checked
  }
  const [issue = { message: unfit }] = result.issues
  // Libraries put values into their messages.
  throw new InvalidInputError(
    pathOf(key, issue),
    redact || encrypted !== undefined ? unfit : issue.message.slice(0, maxMessageLength),
  )
}

function requireSealable(key: string, { blindIndex }: SealedKey, value: EntryValue): void {
  if ('json' in value && parseEnvelope(value.json) !== undefined) {
    throw new InvalidInputError(key, 'looks like what is encrypted already')
  }
  const tokens = blindIndex ? scalarsOf(value).length : 0
  if (tokens > maxTokens) throw new LimitExceededError('metadata.blindIndex', maxTokens, tokens)
}

function pathOf(key: string, { path = [] }: SchemaIssue): string {
  // Not by `map`: paths of arktype are a class of its own, of which that would make another.
  return [key, ...Array.from(path, (part) => String(typeof part === 'object' ? part.key : part))].join('.')
}

/** Schemas that walk a value call themselves for every level of it. */
function checkDepth(value: unknown): void {
  let level: readonly unknown[] = [value]
  const seen = new Set<object>()
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxValueDepth) throw new LimitExceededError('metadata.value.depth', maxValueDepth, depth)
    level = level.flatMap((item) => {
      if (typeof item !== 'object' || item === null || item instanceof Uint8Array) return []
      if (seen.has(item)) return []
      seen.add(item)
      return Object.values(item)
    })
  }
}
