import type { HistoryPoint } from '../history/history-point'
import type { RevertOptions } from '../history/revert-metadata'
import type { JsonValue } from '../json'
import type { DefinedNamespace, KeyOf, ValueAt, ValuesOf, ValuesToSet } from '../metadata-definition/metadata-shape'
import type {
  MetadataUpdated,
  MetadataWriteOptions,
  PatchOperation,
  UpdateValue,
} from '../metadata-updates/metadata-update'
import type {
  NoOtherParts,
  PlainChange,
  UpdateOf,
  ValuesToMerge,
  ValuesToMergeDeep,
  ValueToSet,
} from '../metadata-updates/update-shape'
import type { Page } from '../storage/search'
import type { MetadataWritten } from './apply-metadata'
import type { MetadataEntry } from './get-metadata'
import type { MetadataQuery } from './list-metadata'

/** Metadata of one subject in one namespace, as it is defined. */
export interface MetadataAccess<Namespace extends DefinedNamespace | undefined = undefined> {
  /** The entry, or the default of its key. @throws {@link NotFoundError} when the key is not set and has none. */
  get<Key extends KeyOf<Namespace>>(key: Key): Promise<MetadataEntry<ValueAt<Namespace, Key>>>
  /** The entry, or the default of its key, or `undefined`. */
  find<Key extends KeyOf<Namespace>>(key: Key): Promise<MetadataEntry<ValueAt<Namespace, Key>> | undefined>
  /** A page of the entries that are stored, oldest first. */
  list(query?: MetadataQuery): Promise<Page<MetadataEntry>>
  /** All values by key, defaults among them; empty when there are none. */
  values(): Promise<ValuesOf<Namespace>>
  /** As `values`, but `undefined` for a namespace that was never written. */
  findValues(): Promise<ValuesOf<Namespace> | undefined>
  /** Sets keys to values; other keys stay. A value that is stored already writes nothing. */
  set(values: ValuesToSet<Namespace>, options?: MetadataWriteOptions): Promise<MetadataWritten>
  /** Removes keys; one that is not set is no error. */
  remove(...keys: string[]): Promise<MetadataWritten>
  /** Removes every key. */
  clear(options?: MetadataWriteOptions): Promise<MetadataWritten>
  /**
   * Any number of these verbs in one write, all or none, in the order that {@link MetadataUpdate} says. Which keys were
   * added, updated and removed is answered where there is more to it than setting, removing and clearing.
   */
  apply<const Change extends UpdateOf<Namespace>>(
    change: Change & NoOtherParts<Change>,
    options?: MetadataWriteOptions,
  ): Promise<Change extends PlainChange ? MetadataWritten : MetadataUpdated>
  /** Sets keys; `null` removes one; other keys stay. Values are replaced as a whole. */
  merge(values: ValuesToMerge<Namespace>, options?: MetadataWriteOptions): Promise<MetadataUpdated>
  /**
   * Merges at every level: objects are merged, `null` removes, lists and all else are replaced. What a path leads through
   * comes into being. @see RFC 7396
   */
  mergeDeep(values: ValuesToMergeDeep<Namespace>, options?: MetadataWriteOptions): Promise<MetadataUpdated>
  /** Leaves just these keys with these values. */
  replace(values: ValuesToSet<Namespace>, options?: MetadataWriteOptions): Promise<MetadataUpdated>
  /**
   * Gives a value another key.
   *
   * @throws {@link NotFoundError} when there is nothing under `from`.
   * @throws {@link VersionConflictError} when `to` is taken, unless `overwrite`.
   */
  rename(
    from: KeyOf<Namespace>,
    to: KeyOf<Namespace>,
    options?: MetadataWriteOptions & { readonly overwrite?: boolean | undefined },
  ): Promise<MetadataUpdated>
  /**
   * Applies a JSON Patch to the namespace as one document, all operations or none. @see RFC 6902
   *
   * @throws {@link InvalidStateError} `metadata_test_failed`, `metadata_path_missing`.
   */
  patch(operations: readonly PatchOperation[], options?: MetadataWriteOptions): Promise<MetadataUpdated>
  /**
   * Adds to a number, 1 unless said; what is missing counts as 0. Decimals add up as they are written: 0.1 and 0.2 are 0.3.
   *
   * @throws {@link InvalidStateError} `metadata_not_a_number`; `metadata_number_not_exact` rather than losing a digit.
   */
  increment(key: KeyOf<Namespace>, by?: number, options?: MetadataWriteOptions): Promise<MetadataUpdated>
  /**
   * Adds items at the end of a list; what is missing counts as empty.
   *
   * @throws {@link InvalidStateError} `metadata_not_a_list`.
   */
  append(key: KeyOf<Namespace>, ...items: readonly JsonValue[]): Promise<MetadataUpdated>
  /** Sets a key to what `fn` makes of its value, and asks it again when others changed the key in between. */
  update<Key extends KeyOf<Namespace>>(
    key: Key,
    fn: UpdateValue<ValueAt<Namespace, Key>, ValueToSet<Namespace, Key>>,
    options?: MetadataWriteOptions,
  ): Promise<MetadataUpdated>
  /** All values by key as they were, without defaults. */
  asOf(at: HistoryPoint): Promise<Partial<ValuesOf<Namespace>>>
  /** Sets and removes what is different from what it was then, in one write. */
  revert(to: HistoryPoint, options?: RevertOptions): Promise<MetadataWritten>
}
