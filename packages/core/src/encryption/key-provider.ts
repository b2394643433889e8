import type { MetadataSubjectType } from '../metadata/metadata'

/** One key of one subject. */
export interface MetadataPlace {
  readonly subjectType: MetadataSubjectType
  readonly subjectId: string
  readonly namespace: string
  readonly key: string
}

/** A stored value that cannot be read. */
export interface UnreadableMetadata extends MetadataPlace {
  /** What it was encrypted under, where that can be told. */
  readonly keyId: string | undefined
  /** `unknown_key`: the provider has no such key. `damaged`: it is not what was stored there. */
  readonly reason: 'unknown_key' | 'damaged'
}

/** The keys of the host that metadata is encrypted under. They are 32 random bytes each, and nothing of them is stored. */
export interface KeyProvider {
  /**
   * The id of the key for new values, 1 to 100 characters, which stands beside each value. Looked at with every write, so it
   * may become another one at any time. A function is told whose value it is: keys by subject, for one, can be thrown away by
   * subject.
   */
  readonly currentKeyId: string | ((place: MetadataPlace) => string)
  /**
   * The key of an id: 32 bytes, from wherever the host has them; of a key management service, what it unwrapped. `undefined`:
   * there is no such key, or no more, and what was encrypted under it is lost. Who cannot tell throws, and whoever needed the
   * key gets a `StorageUnavailableError`.
   */
  key(keyId: string): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /**
   * 32 bytes more, asked for when a directory is opened that has a blind index or a unique key among what it encrypts: equal
   * values are told by it. It is no key of `key`, for it has to outlast them.
   */
  indexKey?(): Uint8Array | Promise<Uint8Array>
  /** How long `key` is not asked again for a key that it answered, in milliseconds by the directory's clock. Default: 5 minutes. */
  readonly keepKeysMs?: number
  /** Told what could not be read, each time. Default: a warning of the process, once for each key. */
  onUnreadable?(found: UnreadableMetadata): void
}
