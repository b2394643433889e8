import { InvalidInputError } from '../errors/invalid-input-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import { NotFoundError } from '../errors/not-found-error'
import { VersionConflictError } from '../errors/version-conflict-error'
import type { JsonValue } from '../json'
import { type MetadataValue, metadataValue } from '../metadata/metadata-input'
import type { EntryValue } from '../storage/records'
import { addExactly } from './add-exactly'
import { applyOperation } from './apply-patch'
import { sameJson } from './json-members'
import { mergeDeep as mergeValue } from './merge-deep'
import type { MetadataDocument } from './metadata-document'
import { removeKey } from './metadata-update'
import type { ParsedOperation } from './parse-patch'

export type UpdateFunction = (value: MetadataValue | undefined, remove: typeof removeKey) => unknown

type Pair<Value> = readonly [key: string, value: Value]

export const set =
  ([key, value]: Pair<EntryValue>) =>
  (document: MetadataDocument): void =>
    document.writeChecked(key, value)

/** @throws {@link NotFoundError} for a missing key where presence is required. */
export const remove =
  (requirePresent: boolean) =>
  (key: string) =>
  (document: MetadataDocument): void => {
    if (requirePresent && !document.has(key)) throw new NotFoundError('metadata', key)
    document.remove(key)
  }

/**
 * @throws {@link NotFoundError} where there is nothing to rename.
 * @throws {@link VersionConflictError} where the new name is taken.
 */
export const rename =
  ([from, to]: Pair<string>) =>
  (document: MetadataDocument): void => {
    if (!document.has(from)) throw new NotFoundError('metadata', from)
    if (document.has(to)) throw new VersionConflictError(undefined, document.versionOf(to), to)
    const value = document.peek(from)
    document.remove(from)
    document.writeMoved(to, value!)
  }

export const mergeDeep =
  ([key, patch]: Pair<EntryValue>) =>
  (document: MetadataDocument): void => {
    const value = metadataValue(patch)
    if (value === null) document.remove(key)
    else document.write(key, mergeValue(document.read(key), value))
  }

/**
 * @throws {@link InvalidStateError} `metadata_not_a_number` for what holds none, `metadata_number_not_exact` where the sum
 * is none that a number can hold.
 */
export const increment =
  ([key, by]: Pair<number>) =>
  (document: MetadataDocument): void => {
    const value = document.read(key)
    if (value !== undefined && typeof value !== 'number') throw new InvalidStateError('metadata_not_a_number', key)
    const sum = addExactly(value ?? 0, by)
    if (sum === undefined) throw new InvalidStateError('metadata_number_not_exact', key)
    document.write(key, sum)
  }

/** @throws {@link InvalidStateError} `metadata_not_a_list` for what holds none. */
export const append =
  ([key, items]: Pair<EntryValue>) =>
  (document: MetadataDocument): void => {
    const value = document.read(key)
    if (value !== undefined && !Array.isArray(value)) throw new InvalidStateError('metadata_not_a_list', key)
    document.write(key, [...(value ?? []), ...(metadataValue(items) as readonly JsonValue[])])
  }

export const patch =
  (operation: ParsedOperation) =>
  (document: MetadataDocument): void =>
    applyOperation(document, operation)

/** @throws {@link InvalidInputError} for an answer that cannot be kept. */
export const update =
  ([key, fn]: Pair<UpdateFunction>) =>
  (document: MetadataDocument): void => {
    const answer = fn(document.read(key), removeKey)
    if (answer === undefined) {
      throw new InvalidInputError(key, 'must not be undefined: answer what was there, or `remove`')
    }
    if (answer instanceof Promise) {
      answer.catch(() => undefined)
      throw new InvalidInputError(key, 'must be answered at once, not by a promise')
    }
    if (answer === removeKey) document.remove(key)
    else {
      const value = document.read(key)
      if (value === undefined || !sameJson(value, answer as MetadataValue)) document.write(key, answer as MetadataValue)
    }
  }
