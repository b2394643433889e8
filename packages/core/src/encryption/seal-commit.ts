import { isFolded } from '../history/folded-event'
import type { JsonObject } from '../json'
import { type MetadataSubjectType, metadataSet } from '../metadata/metadata'
import type { Commit, NewEvent } from '../storage/commit'
import type { ReplacedEvent } from '../storage/event-rewrite'
import type { AggregateKey, EntryValue } from '../storage/records'
import { parseEnvelope } from './envelope'
import type { MetadataPlace } from './key-provider'
import type { Keys } from './key-ring'
import { isUnreadable } from './unreadable-value'
import type { SealedKey, Vault } from './vault'

/** A value as an event carries it. */
export type CarriedPayload = JsonObject & { readonly namespace: string; readonly key: string }

/** What an event of metadata sets, where that is encrypted. */
export function placeOfEvent(
  vault: Vault,
  { type: subjectType, id: subjectId }: AggregateKey,
  { type, payload }: Pick<NewEvent, 'type'> & { readonly payload: unknown },
): { readonly place: MetadataPlace; readonly sealed: SealedKey } | undefined {
  if (!type.endsWith('.metadata.set')) return undefined
  const { namespace, key } = payload as CarriedPayload
  const place = { subjectType: subjectType as MetadataSubjectType, subjectId, namespace, key }
  const sealed = vault.of(place)
  return sealed && { place, sealed }
}

/** Whether a commit puts nothing that is encrypted: entries come with the events that set them. */
export function isPlain(vault: Vault, { putEntries = [], takeClaims = [], releaseClaims = [] }: Commit): boolean {
  return (
    putEntries.every(({ key }) => vault.of(key) === undefined) &&
    [...takeClaims, ...releaseClaims].every((claim) => vault.claimsOf(claim) === undefined)
  )
}

/** Ids of the keys that a commit takes. */
export function* keyIdsOfCommit(vault: Vault, { putEntries = [] }: Commit): Generator<string> {
  for (const { key } of putEntries) {
    if (vault.of(key) !== undefined) yield vault.keyIdOf(key as MetadataPlace)
  }
}

/** The commit as it is stored: the entry and the event that sets it hold one envelope. @throws as {@link Vault.seal}. */
export function sealCommit(vault: Vault, commit: Commit, keys: Keys): Commit {
  if (isPlain(vault, commit)) return commit
  const texts = new Map<string, string>()
  const putEntries = (commit.putEntries ?? []).map((put) => {
    const sealed = vault.of(put.key)
    if (sealed === undefined) return put
    const json = vault.seal(put.key as MetadataPlace, sealed, put.value, keys)
    texts.set(`${put.stamp.aggregate}@${put.stamp.event}`, json)
    return { ...put, value: { json } }
  })
  const aggregates = commit.aggregates.map((change, aggregate) => ({
    ...change,
    events: change.events.map((event, place) => {
      const json = texts.get(`${aggregate}@${place}`)
      return json === undefined ? event : eventWith(change.key, event, json)
    }),
  }))
  return {
    ...commit,
    aggregates,
    putEntries,
    ...(commit.takeClaims && {
      takeClaims: commit.takeClaims.map((claim) => ({ ...claim, ...vault.claimsOf(claim)?.stored })),
    }),
    ...(commit.releaseClaims && {
      releaseClaims: commit.releaseClaims.flatMap((claim) => {
        const claims = vault.claimsOf(claim)
        if (claims === undefined) return [claim]
        return claims.before === undefined ? [claims.stored] : [claims.stored, claims.before]
      }),
    }),
  }
}

/** The event with the text of an envelope for its value. One that sets no entry, and so has none, is left alone. */
function eventWith({ type: subjectType }: AggregateKey, event: NewEvent, json: string): NewEvent {
  if (!event.type.endsWith('.metadata.set')) return event
  const { namespace, key } = event.payload as CarriedPayload
  return metadataSet(subjectType as MetadataSubjectType, namespace, key, { json })
}

/** An entry as an event carries it that stands for others. */
export interface CarriedEntry {
  readonly subjectType: MetadataSubjectType
  readonly subjectId: string
  readonly namespace: string
  readonly key: string
  readonly value: { readonly json: string } | { readonly bytes: string }
}

export const carriedEntries = (payload: unknown): readonly CarriedEntry[] =>
  ((payload as { state?: { entries?: readonly CarriedEntry[] } }).state?.entries ?? []) as readonly CarriedEntry[]

/** Ids of the keys that an event takes which is put in place of another. */
export function keyIdsOfReplaced(vault: Vault, aggregate: AggregateKey, event: ReplacedEvent): readonly string[] {
  const set = placeOfEvent(vault, aggregate, event)
  if (set !== undefined) return [vault.keyIdOf(set.place)]
  if (!isFolded(event)) return []
  return carriedEntries(event.payload).flatMap((entry) => (vault.of(entry) === undefined ? [] : [vault.keyIdOf(entry)]))
}

/** The event as it is stored. What could not be read stays what it was, to the letter. @throws as {@link Vault.seal}. */
export function sealReplaced(vault: Vault, aggregate: AggregateKey, event: ReplacedEvent, keys: Keys): ReplacedEvent {
  const set = placeOfEvent(vault, aggregate, event)
  if (set !== undefined) {
    const { namespace, key, value, bytes } = event.payload as CarriedPayload
    if (isUnreadable(value)) return { ...event, payload: { namespace, key, value: JSON.parse(value.stored) } }
    const plain: EntryValue =
      bytes === undefined
        ? { json: JSON.stringify(value) }
        : { bytes: new Uint8Array(Buffer.from(String(bytes), 'base64')) }
    const json = vault.seal(set.place, set.sealed, plain, keys)
    return { ...event, payload: { namespace, key, value: JSON.parse(json) } }
  }
  if (!isFolded(event) || carriedEntries(event.payload).length === 0) return event
  const { state } = event.payload as { readonly state: JsonObject }
  const entries = carriedEntries(event.payload).map((entry) => {
    const sealed = vault.of(entry)
    const { value } = entry
    // Nobody may set what looks like an envelope: it is one that could not be opened.
    const isSealed = 'json' in value && parseEnvelope(value.json) !== undefined
    if (sealed === undefined || isSealed) return entry
    const plain = 'json' in value ? value : { bytes: new Uint8Array(Buffer.from(value.bytes, 'base64')) }
    return { ...entry, value: { json: vault.seal(entry, sealed, plain, keys) } }
  })
  return { ...event, payload: { ...event.payload, state: { ...state, entries: entries as object as JsonObject[] } } }
}
