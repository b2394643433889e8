import type { JsonValue } from '../json'
import type { MetadataValue } from '../metadata/metadata-input'
import type { AggregateKey, EventActor } from '../storage/records'

/** A field of a record before and after; absent: there was none, or is none any more. */
export interface FieldChange {
  readonly before?: JsonValue
  readonly after?: JsonValue
}

/** A key of metadata before and after; absent: it was not set, or is not set any more. */
export interface KeyChange {
  readonly namespace: string
  readonly key: string
  readonly before?: MetadataValue
  readonly after?: MetadataValue
  /** That the key is redacted: neither value is told. */
  readonly redacted?: true
}

/** What a change is about, with every id that names it. */
export type ChangedRecord =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'org'; readonly orgId: string }
  | { readonly kind: 'client'; readonly clientId: string }
  | { readonly kind: 'role'; readonly roleId: string }
  | { readonly kind: 'instance' }
  | { readonly kind: 'accessToken'; readonly userId: string; readonly tokenId: string }
  | { readonly kind: 'orgDomain'; readonly orgId: string; readonly domain: string }
  /** Of the instance where `orgId` is empty. */
  | { readonly kind: 'member'; readonly orgId: string; readonly userId: string }

/** One event of the log, with what was before it and what is after it. */
export interface Change {
  /** What to go on after. Opaque; of this database alone. */
  readonly position: string
  readonly instanceId: string
  /** Whose sequence it is. Changes of one aggregate come in the order of their sequences. */
  readonly aggregate: AggregateKey
  readonly sequence: string
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: EventActor
  /** The org that owns the aggregate; empty for what is the instance's own. */
  readonly orgId: string
  readonly record: ChangedRecord
  /** As the log shows it: without secrets, and without values that are redacted. */
  readonly payload: JsonValue
  /**
   * Fields of the record that are different now, by name. Empty for metadata, for what changes no field, and where
   * {@link ChangesQuery.before} is false.
   */
  readonly fields: Readonly<Record<string, FieldChange>>
  /** Keys of metadata that were set or removed. Where a subject is removed its metadata goes with it, untold. */
  readonly metadata: readonly KeyChange[]
}
