import type { WriteOptions } from '../expected-version'
import type { JsonValue } from '../json'
import type { MetadataWritten } from '../metadata/apply-metadata'
import type { MetadataChange } from '../metadata/draft-metadata'
import type { MetadataValue, MetadataValues } from '../metadata/metadata-input'

/** What the function of `update` answers to take the key away. It gets it as its second argument. */
export const removeKey = Symbol('remove')

/**
 * Makes a new value of the one that is read, `undefined` where there is none. It is called again when others changed the
 * value in between, so it does nothing else, and answers at once. The value it got leaves the key as it is, `remove` takes
 * it away, and `undefined` is refused.
 */
export type UpdateValue<Read = MetadataValue, Write = MetadataValue> = (
  value: Read | undefined,
  remove: typeof removeKey,
) => Read | Write | typeof removeKey

/**
 * One operation of a JSON Patch. Paths are JSON Pointers into the namespace, whose members are the keys: `/address/city`.
 *
 * @see RFC 6902, RFC 6901
 */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: MetadataValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string }

/**
 * One atomic change of a namespace. Its parts are done in this order, each on what those before it made: `clear` or
 * `replace`, `remove`, `rename`, `set`, `merge`, `mergeDeep`, `increment`, `append`, `patch`, `update`. Nothing in it may be
 * `undefined`.
 */
export interface MetadataUpdate extends MetadataChange {
  /** Just these keys are left. */
  readonly replace?: MetadataValues
  /** New names by old ones. Refused where the old one is missing, or the new one is taken and not removed in the same change. */
  readonly rename?: Readonly<Record<string, string>>
  /** Sets keys; `null` removes one. Values are replaced as a whole, as in Auth0's `user_metadata`. */
  readonly merge?: Readonly<Record<string, MetadataValue>>
  /** The namespace as one document, merged at every level: `null` removes, lists are replaced. @see RFC 7396 */
  readonly mergeDeep?: Readonly<Record<string, MetadataValue>>
  /** Adds to numbers; a key that is missing counts as 0. */
  readonly increment?: Readonly<Record<string, number>>
  /** Adds items at the end of lists; a key that is missing counts as empty. */
  readonly append?: Readonly<Record<string, readonly JsonValue[]>>
  readonly patch?: readonly PatchOperation[]
  readonly update?: Readonly<Record<string, UpdateValue>>
}

/** What a caller demands of a namespace before it is written to. */
export interface MetadataWriteOptions extends WriteOptions {
  /** Write only if none of these keys is set. */
  readonly ifAbsent?: readonly string[] | undefined
  /** Write only if each key is at its version: the `sequence` of its entry; `'0'`, as a default has it, where nothing is set. */
  readonly ifKeyVersion?: Readonly<Record<string, string>> | undefined
}

/** What an update of metadata answers. */
export interface MetadataUpdated extends MetadataWritten {
  /** Those of `changed` that were not set before. */
  readonly added: readonly string[]
  /** Those of `changed` that hold another value than before. */
  readonly updated: readonly string[]
  /** Those of `changed` that are not set any more. */
  readonly removed: readonly string[]
}
