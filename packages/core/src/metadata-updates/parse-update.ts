import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { parseMetadataChange } from '../metadata/draft-metadata'
import {
  checkKey,
  checkNamespace,
  entryValue,
  type MetadataValue,
  type MetadataValues,
  maxChangesPerCall,
  pairsOf,
} from '../metadata/metadata-input'
import type { NamespaceRules } from '../metadata-definition/metadata-rules'
import type { EntryValue } from '../storage/records'
import type { MetadataDocument } from './metadata-document'
import type { MetadataUpdate, MetadataWriteOptions } from './metadata-update'
import { parsePatch } from './parse-patch'
import * as step from './steps'

/** Part of an update. It may be done several times, each time on another document. */
export type Step = (document: MetadataDocument) => void

export interface ParsedUpdate {
  readonly steps: readonly Step[]
  /** Keys that it is about, those of its conditions among them; `undefined`: whatever the namespace holds. */
  readonly keys: readonly string[] | undefined
  /** It tells or goes by what is stored. */
  readonly reads: boolean
  /** Removes what the caller may write and what is not named otherwise. */
  readonly clears: boolean
}

type Members = Readonly<Record<string, unknown>>

/** In the order in which they are done. */
const parts: readonly string[] = [
  'clear',
  'requirePresent',
  'replace',
  'remove',
  'rename',
  'set',
  'merge',
  'mergeDeep',
  'increment',
  'append',
  'patch',
  'update',
] satisfies (keyof MetadataUpdate)[]

const plainParts: readonly string[] = ['clear', 'requirePresent', 'remove', 'set'] satisfies (keyof MetadataUpdate)[]

/** Whether it takes more than setting, removing and clearing. */
export function isUpdate(change: MetadataUpdate, options: MetadataWriteOptions | undefined): boolean {
  if (options !== undefined && (options.ifAbsent !== undefined || options.ifKeyVersion !== undefined)) return true
  for (const name in change) if (!plainParts.includes(name)) return true
  return false
}

/**
 * @throws {@link InvalidInputError} naming the key or the part, for what cannot be kept or is not known.
 * @throws {@link LimitExceededError} for values too long or too deep, or more than 10,000 changes.
 */
export function parseUpdate(
  namespace: string,
  update: MetadataUpdate,
  options: MetadataWriteOptions | undefined,
  rules: NamespaceRules | undefined,
): ParsedUpdate {
  checkNamespace(namespace)
  const given = membersOf('', update)
  for (const name of Object.keys(given)) {
    if (!parts.includes(name)) throw new InvalidInputError(name, 'is not known')
    if (given[name] === undefined) throw new InvalidInputError(name, 'must not be undefined')
  }
  const { clear = false, requirePresent = false, replace } = update
  if (clear && replace !== undefined) throw new InvalidInputError('replace', 'cannot come with clear')
  // Both refuse what cannot be set or removed, and know what is to be made of values.
  const plain = parseMetadataChange(namespace, { set: update.set ?? {}, remove: update.remove ?? [] }, rules)
  const replaced = parsedValues(namespace, replace, rules)
  const merged = parseMerge(namespace, update.merge, rules)
  const renamed = pairs('rename', update.rename).map(([from, to]) => [from, renameTo(from, to)] as const)
  const deep = pairs('mergeDeep', update.mergeDeep).map(([key, value]) => [key, checkedValue(key, value)] as const)
  const amounts = pairs('increment', update.increment).map(([key, by]) => [key, amount(key, by)] as const)
  const items = pairs('append', update.append).map(([key, value]) => [key, listOf(key, value)] as const)
  const patch = update.patch === undefined ? [] : parsePatch(update.patch)
  const updates = pairs('update', update.update).map(([key, fn]) => [key, functionOf(key, fn)] as const)

  const steps: Step[] = [
    ...replaced.map(step.set),
    ...plain.remove.map(step.remove(requirePresent)),
    ...renamed.map(step.rename),
    ...plain.set.map(step.set),
    ...merged.map(([key, value]) => (value === undefined ? step.remove(false)(key) : step.set([key, value]))),
    ...deep.map(step.mergeDeep),
    ...amounts.map(step.increment),
    ...items.map(step.append),
    ...patch.map(step.patch),
    ...updates.map(step.update),
  ]
  if (steps.length > maxChangesPerCall) {
    throw new LimitExceededError('metadata.changes', maxChangesPerCall, steps.length)
  }
  const conditions = [...absentKeys(options), ...Object.keys(keyVersions(options))]
  const computes = [renamed, deep, amounts, items, patch, updates].some((part) => part.length > 0)
  const clears = clear || replace !== undefined
  const pointers = patch.flatMap((operation) =>
    'from' in operation ? [operation.path, operation.from] : [operation.path],
  )
  const isWhole = clears || pointers.some((path) => path.length === 0)
  const keys = new Set([
    ...plain.remove,
    ...renamed.flat(),
    ...[...plain.set, ...merged, ...deep, ...amounts, ...items, ...updates].map(([key]) => key),
    ...pointers.flatMap(([key]) => (key === undefined ? [] : [key])),
    ...conditions,
  ])
  return { steps, keys: isWhole ? undefined : [...keys], reads: computes || conditions.length > 0, clears }
}

/** @throws {@link InvalidInputError} unless it is a list of keys. */
export function absentKeys({ ifAbsent }: MetadataWriteOptions = {}): readonly string[] {
  if (ifAbsent === undefined) return []
  if (!Array.isArray(ifAbsent)) throw new InvalidInputError('ifAbsent', 'must be a list of keys')
  for (const key of ifAbsent) checkKey(key)
  return ifAbsent
}

/** @throws {@link InvalidInputError} unless it has a version for each key. */
export function keyVersions({ ifKeyVersion }: MetadataWriteOptions = {}): Readonly<Record<string, string>> {
  if (ifKeyVersion === undefined) return {}
  for (const [key, version] of Object.entries(membersOf('ifKeyVersion', ifKeyVersion))) {
    checkKey(key)
    if (typeof version !== 'string') throw new InvalidInputError(`ifKeyVersion.${key}`, 'must be a version')
  }
  return ifKeyVersion
}

function membersOf(name: string, value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw new InvalidInputError(name, 'must be an object')
  }
  return value as Members
}

function pairs(name: string, value: unknown): readonly (readonly [key: string, value: unknown])[] {
  if (value === undefined) return []
  const found = Object.entries(membersOf(name, value))
  for (const [key] of found) checkKey(key)
  return found
}

function parsedValues(namespace: string, values: MetadataValues | undefined, rules: NamespaceRules | undefined) {
  if (values === undefined) return []
  // `null` is no empty object: who replaces by it would lose everything.
  return parseMetadataChange(namespace, { set: pairsOf(values) }, rules).set
}

/** Values to set, `undefined` for keys to remove. */
function parseMerge(
  namespace: string,
  values: unknown,
  rules: NamespaceRules | undefined,
): readonly (readonly [key: string, value: EntryValue | undefined])[] {
  const given = pairs('merge', values) as readonly (readonly [string, MetadataValue])[]
  const removed = given.filter(([, value]) => value === null)
  const set = given.filter(([, value]) => value !== null)
  return [...removed.map(([key]) => [key, undefined] as const), ...parsedValues(namespace, set, rules)]
}

function renameTo(from: string, to: unknown): string {
  checkKey(to as string)
  if (to === from) throw new InvalidInputError(from, 'must get another name')
  return to as string
}

/** As it is now, whatever the caller does to it while the write is on its way. */
const checkedValue = (key: string, value: unknown): EntryValue => entryValue(key, value as MetadataValue)

function amount(key: string, by: unknown): number {
  if (typeof by !== 'number' || !Number.isFinite(by)) throw new InvalidInputError(key, 'must be a number')
  return by
}

function listOf(key: string, items: unknown): EntryValue {
  if (!Array.isArray(items)) throw new InvalidInputError(key, 'must be a list of items')
  const checked = checkedValue(key, items)
  // A hole is no value, though JSON makes one of it.
  if (Array.from(items).includes(undefined)) throw new InvalidInputError(key, 'must not be undefined')
  return checked
}

function functionOf(key: string, fn: unknown): step.UpdateFunction {
  if (typeof fn !== 'function') throw new InvalidInputError(key, 'must be a function')
  return fn as step.UpdateFunction
}
