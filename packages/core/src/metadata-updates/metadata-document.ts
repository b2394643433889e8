import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import type { ParsedMetadataChange } from '../metadata/draft-metadata'
import { entryValue, type MetadataValue, maxValueLength, metadataValue } from '../metadata/metadata-input'
import { checkValues } from '../metadata-definition/check-values'
import type { NamespaceRules } from '../metadata-definition/metadata-rules'
import type { EntryValue } from '../storage/records'

/** What a key holds: as it is stored or was checked, or as it was computed. */
type Slot = { readonly checked: EntryValue } | { readonly value: MetadataValue }

/** Most that one update may copy, in UTF-16 code units of JSON: copies of copies would be more than any memory holds. */
const maxCopied = 16 * maxValueLength

export interface DocumentOptions {
  /** What the caller finds, by key. */
  readonly found: Iterable<readonly [key: string, value: EntryValue]>
  /** Defaults are found like values, but nothing holds them. */
  readonly defaults: Iterable<readonly [key: string, value: EntryValue]>
  /** Keys that are set and that the caller may not read. */
  readonly hidden: ReadonlySet<string>
  /** Of what is set, hidden or not. */
  readonly versions: ReadonlyMap<string, string>
  readonly readPermission: string
}

/** A namespace while it is changed. Knows which keys were written to. */
export class MetadataDocument {
  readonly #slots = new Map<string, Slot>()
  /** What was parsed of what is stored. */
  readonly #opened = new Map<string, MetadataValue>()
  readonly #touched = new Set<string>()
  readonly #moved = new Set<string>()
  #copied = 0
  readonly #defaults: ReadonlyMap<string, EntryValue>
  readonly #hidden: Set<string>
  readonly #versions: ReadonlyMap<string, string>
  readonly #readPermission: string

  constructor({ found, defaults, hidden, versions, readPermission }: DocumentOptions) {
    for (const [key, checked] of found) this.#slots.set(key, { checked })
    this.#defaults = new Map(defaults)
    this.#hidden = new Set(hidden)
    this.#versions = versions
    this.#readPermission = readPermission
  }

  /** Keys that hold something the caller may read, defaults among them. */
  get keys(): readonly string[] {
    return [...new Set([...this.#slots.keys(), ...this.#defaults.keys()])].filter((key) => !this.#hidden.has(key))
  }

  /** Whether something is set. @throws as {@link MetadataDocument.read}. */
  has(key: string): boolean {
    this.#requireReadable(key)
    return this.#slots.has(key)
  }

  /** Of what was set when the change began. @throws as {@link MetadataDocument.read}. */
  versionOf(key: string): string | undefined {
    this.#requireReadable(key)
    return this.#versions.get(key)
  }

  /**
   * What a key holds, or its default. Who changes it writes it as well.
   *
   * @throws {@link PermissionDeniedError} `metadata_key` where it is not for the caller to read.
   */
  peek(key: string): MetadataValue | undefined {
    this.#requireReadable(key)
    const slot = this.#slots.get(key)
    if (slot !== undefined && 'value' in slot) return slot.value
    const held = this.#opened.get(key)
    if (held !== undefined) return held
    const stored = slot?.checked ?? this.#defaults.get(key)
    if (stored === undefined) return undefined
    const opened = metadataValue('bytes' in stored ? { bytes: new Uint8Array(stored.bytes) } : stored)
    this.#opened.set(key, opened)
    return opened
  }

  /** A copy of what a key holds, or of its default. @throws as {@link MetadataDocument.peek}. */
  read(key: string): MetadataValue | undefined {
    const value = this.peek(key)
    return value === undefined ? undefined : metadataValue(entryValue(key, value))
  }

  /** @throws {@link LimitExceededError} where an update would copy too much. */
  copy(at: string, value: MetadataValue): MetadataValue {
    const copied = entryValue(at, value)
    this.#copied += 'json' in copied ? copied.json.length : copied.bytes.byteLength
    if (this.#copied > maxCopied) throw new LimitExceededError('metadata.copied', maxCopied, this.#copied)
    return metadataValue(copied)
  }

  /** To be checked once all is done. */
  write(key: string, value: MetadataValue): void {
    this.#touch(key)
    this.#slots.set(key, { value })
  }

  writeChecked(key: string, checked: EntryValue): void {
    this.#touch(key)
    this.#slots.set(key, { checked })
  }

  remove(key: string): void {
    this.#touch(key)
    this.#slots.delete(key)
  }

  /** Gives another key a value that is nowhere else any more, so that it is not to be left out either. */
  writeMoved(key: string, value: MetadataValue): void {
    this.write(key, value)
    this.#moved.add(key)
  }

  /** All that was done, as the engine takes it. @throws {@link InvalidInputError} for values that cannot be kept. */
  change(rules: NamespaceRules | undefined): ParsedMetadataChange {
    const set: (readonly [key: string, value: EntryValue])[] = []
    const remove: string[] = []
    for (const key of this.#touched) {
      const slot = this.#slots.get(key)
      if (slot === undefined) remove.push(key)
      else if ('checked' in slot) set.push([key, slot.checked])
      else if (rules === undefined) set.push([key, entryValue(key, slot.value)])
      else {
        const checked = checkValues(rules, [[key, slot.value]])
        if (checked.length === 0 && this.#moved.has(key)) throw new InvalidInputError(key, 'is not defined')
        set.push(...checked)
      }
    }
    const change = { set, remove, clear: false, requirePresent: false }
    return rules === undefined ? change : { ...change, rules }
  }

  #touch(key: string): void {
    this.#touched.add(key)
    this.#opened.delete(key)
    // What comes of it is the caller's own.
    this.#hidden.delete(key)
  }

  #requireReadable(key: string): void {
    if (this.#hidden.has(key)) throw new PermissionDeniedError(this.#readPermission, 'metadata_key')
  }
}
