import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { checkKey, entryValue, type MetadataValue, maxChangesPerCall } from '../metadata/metadata-input'
import type { EntryValue } from '../storage/records'
import { parsePointer } from './json-pointer'

type Pointer = readonly string[]

/** An operation whose pointers and value were checked. `at` says where it stands. */
export type ParsedOperation =
  | {
      readonly op: 'add' | 'replace' | 'test'
      readonly at: string
      readonly path: Pointer
      readonly value: EntryValue
    }
  | { readonly op: 'remove'; readonly at: string; readonly path: Pointer }
  | { readonly op: 'move' | 'copy'; readonly at: string; readonly path: Pointer; readonly from: Pointer }

/**
 * @throws {@link InvalidInputError} naming the operation, for what is no JSON Patch.
 * @throws {@link LimitExceededError} for more than 10,000 operations, or a value too long or too deep.
 */
export function parsePatch(operations: unknown): readonly ParsedOperation[] {
  if (!Array.isArray(operations)) throw new InvalidInputError('patch', 'must be a list of operations')
  if (operations.length > maxChangesPerCall) {
    throw new LimitExceededError('metadata.changes', maxChangesPerCall, operations.length)
  }
  return Array.from(operations as readonly unknown[], (operation, index) => parseOperation(`patch.${index}`, operation))
}

function parseOperation(at: string, operation: unknown): ParsedOperation {
  if (typeof operation !== 'object' || operation === null) throw new InvalidInputError(at, 'must be an object')
  const member = (name: string): unknown =>
    Object.hasOwn(operation, name) ? (operation as Readonly<Record<string, unknown>>)[name] : undefined
  const op = member('op')
  const pointer = (name: string) => pointerIntoNamespace(`${at}.${name}`, member(name))
  switch (op) {
    case 'add':
    case 'replace':
    case 'test': {
      const value = member('value')
      if (value === undefined) throw new InvalidInputError(`${at}.value`, 'must be there')
      return { op, at, path: pointer('path'), value: entryValue(`${at}.value`, value as MetadataValue) }
    }
    case 'remove':
      return { op, at, path: pointer('path') }
    case 'move':
    case 'copy': {
      const [path, from] = [pointer('path'), pointer('from')]
      const isInside = path.length > from.length && from.every((name, index) => name === path[index])
      if (op === 'move' && isInside) throw new InvalidInputError(`${at}.path`, 'must not be inside of what is moved')
      return { op, at, path, from }
    }
    default:
      throw new InvalidInputError(`${at}.op`, 'must be add, remove, replace, move, copy or test')
  }
}

function pointerIntoNamespace(at: string, pointer: unknown): Pointer {
  const path = parsePointer(at, pointer)
  if (path[0] !== undefined) checkKey(path[0])
  return path
}
