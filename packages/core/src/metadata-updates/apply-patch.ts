import { InvalidInputError } from '../errors/invalid-input-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { JsonValue } from '../json'
import { type MetadataValue, metadataValue } from '../metadata/metadata-input'
import { type Changeable, isObject, sameJson, setMember } from './json-members'
import { indexOf } from './json-pointer'
import type { MetadataDocument } from './metadata-document'
import type { ParsedOperation } from './parse-patch'

type Pointer = readonly string[]

/**
 * Does one operation of a patch. Nobody has to undo it: a document whose patch fails is dropped.
 *
 * @throws {@link InvalidStateError} `metadata_test_failed` for a `test` that fails, `metadata_path_missing` for a path that
 * leads nowhere.
 * @throws {@link InvalidInputError} where the namespace as a whole would be no object.
 * @see RFC 6902, section 4
 */
export function applyOperation(document: MetadataDocument, operation: ParsedOperation): void {
  const { at, path } = operation
  switch (operation.op) {
    case 'add':
      add(document, at, path, metadataValue(operation.value))
      break
    case 'remove':
      take(document, at, path)
      break
    case 'replace':
      if (path.length > 0) replace(document, at, path, metadataValue(operation.value))
      else add(document, at, path, metadataValue(operation.value))
      break
    case 'move':
      if (samePath(operation.from, path)) valueAt(document, `${at}.from`, path)
      else move(document, at, operation.from, path)
      break
    case 'copy':
      add(document, at, path, document.copy(at, valueAt(document, `${at}.from`, operation.from)))
      break
    case 'test':
      if (!sameJson(valueAt(document, at, path), metadataValue(operation.value))) {
        throw new InvalidStateError('metadata_test_failed', at)
      }
  }
}

const samePath = (a: Pointer, b: Pointer) => a.length === b.length && a.every((name, index) => name === b[index])

const missing = (at: string) => new InvalidStateError('metadata_path_missing', at)

/** What is at a path. */
function valueAt(document: MetadataDocument, at: string, [key, ...names]: Pointer): MetadataValue {
  if (key === undefined) {
    // Bytes are no JSON: a namespace that holds some is no document that a key could hold, which its check says.
    return Object.fromEntries(document.keys.map((each) => [each, document.peek(each) as JsonValue]))
  }
  let value: MetadataValue | undefined = document.peek(key)
  for (const name of names) value = memberOf(value, name)
  if (value === undefined) throw missing(at)
  return value
}

function memberOf(value: MetadataValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[indexOf(name) ?? -1]
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** Changes what a path leads into, by the last of its names. */
function change(
  document: MetadataDocument,
  at: string,
  [key = '', ...names]: Pointer,
  into: (parent: Changeable, name: string) => void,
): void {
  const root = document.peek(key)
  let parent: MetadataValue | undefined = root
  for (const name of names.slice(0, -1)) parent = memberOf(parent, name)
  if (root === undefined || !(isObject(parent) || Array.isArray(parent))) throw missing(at)
  into(parent, names.at(-1)!)
  document.write(key, root)
}

function add(document: MetadataDocument, at: string, path: Pointer, value: MetadataValue): void {
  const [key] = path
  if (key === undefined) {
    if (!isObject(value)) throw new InvalidInputError(at, 'must leave an object: keys and values')
    for (const each of document.keys) if (!Object.hasOwn(value, each)) document.remove(each)
    for (const [each, member] of Object.entries(value)) document.write(each, member)
  } else if (path.length === 1) document.write(key, value)
  else {
    change(document, at, path, (parent, name) => {
      if (!Array.isArray(parent)) return setMember(parent, name, value as JsonValue)
      const index = name === '-' ? parent.length : indexOf(name)
      if (index === undefined || index > parent.length) throw missing(at)
      parent.splice(index, 0, value as JsonValue)
    })
  }
}

function replace(document: MetadataDocument, at: string, path: Pointer, value: MetadataValue): void {
  const [key = ''] = path
  if (path.length === 1) {
    if (document.peek(key) === undefined) throw missing(at)
    document.write(key, value)
    return
  }
  change(document, at, path, (parent, name) => {
    if (memberOf(parent, name) === undefined) throw missing(at)
    if (Array.isArray(parent)) parent[Number(name)] = value as JsonValue
    else setMember(parent, name, value as JsonValue)
  })
}

function move(document: MetadataDocument, at: string, from: Pointer, path: Pointer): void {
  const taken = take(document, `${at}.from`, from)
  const [key, ...names] = path
  if (key !== undefined && names.length === 0) document.writeMoved(key, taken)
  else add(document, at, path, taken)
}

/** Removes what is at a path, and answers it. */
function take(document: MetadataDocument, at: string, path: Pointer): MetadataValue {
  const taken = valueAt(document, at, path)
  const [key] = path
  if (key === undefined) for (const each of document.keys) document.remove(each)
  else if (path.length === 1) document.remove(key)
  else {
    change(document, at, path, (parent, name) => {
      if (Array.isArray(parent)) parent.splice(Number(name), 1)
      else delete parent[name]
    })
  }
  return taken
}
