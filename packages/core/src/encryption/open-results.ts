import { isFolded } from '../history/folded-event'
import type { JsonObject, JsonValue } from '../json'
import type { Read, ReadResult } from '../storage/read'
import type { EntryRecord, EntryValue, StoredEvent } from '../storage/records'
import { type Envelope, envelopeOf, parseEnvelope } from './envelope'
import type { MetadataPlace } from './key-provider'
import type { Keys } from './key-ring'
import { type CarriedEntry, type CarriedPayload, carriedEntries, placeOfEvent } from './seal-commit'
import { isUnreadable } from './unreadable-value'
import type { Vault } from './vault'

/** Entries among the answers to reads. */
export function entriesAmong(reads: readonly Read[], results: readonly ReadResult[]): readonly EntryRecord[] {
  return reads.flatMap((read, index) => {
    const result = results[index]
    if (answersEntries(read)) return result as readonly EntryRecord[]
    return read.read === 'entry' && result !== undefined ? [result as EntryRecord] : []
  })
}

/** The same answers with opened entries. */
export function openReads(
  vault: Vault,
  reads: readonly Read[],
  results: readonly ReadResult[],
  keys: Keys,
): readonly ReadResult[] {
  return reads.map((read, index) => {
    const result = results[index]
    if (answersEntries(read)) return (result as readonly EntryRecord[]).map((entry) => openEntry(vault, entry, keys))
    return read.read === 'entry' && result !== undefined ? openEntry(vault, result as EntryRecord, keys) : result
  })
}

const answersEntries = ({ read }: Read) => read === 'entries' || read === 'entryPage'

/** Whether there is something to open. */
export const holdsSealed = (vault: Vault, entries: readonly EntryRecord[]): boolean =>
  entries.some((entry) => 'json' in entry.value && vault.of(entry) !== undefined)

export function* keyIdsOfEntries(vault: Vault, entries: readonly EntryRecord[]): Generator<string> {
  for (const entry of entries) {
    if ('json' in entry.value && vault.of(entry) !== undefined) yield* idOf(parseEnvelope(entry.value.json))
  }
}

export function openEntry(vault: Vault, entry: EntryRecord, keys: Keys): EntryRecord {
  if (!('json' in entry.value) || vault.of(entry) === undefined) return entry
  return { ...entry, value: vault.open(entry as EntryRecord & MetadataPlace, entry.value.json, keys) }
}

export function* keyIdsOfEvents(vault: Vault, events: readonly StoredEvent[]): Generator<string> {
  for (const event of events) {
    const set = placeOfEvent(vault, event.aggregate, event)
    if (set !== undefined) yield* idOf(envelopeOf((event.payload as CarriedPayload).value))
    else if (isFolded(event)) {
      for (const entry of carriedEntries(event.payload)) {
        if ('json' in entry.value && vault.of(entry) !== undefined) yield* idOf(parseEnvelope(entry.value.json))
      }
    }
  }
}

export function openEvent(vault: Vault, event: StoredEvent, keys: Keys): StoredEvent {
  const set = placeOfEvent(vault, event.aggregate, event)
  if (set !== undefined) {
    const { namespace, key, value } = event.payload as CarriedPayload
    if (envelopeOf(value) === undefined) return event
    const opened = vault.open(set.place, JSON.stringify(value), keys)
    return { ...event, payload: { namespace, key, ...carriedValue(opened) } }
  }
  if (!isFolded(event) || !carriedEntries(event.payload).some((entry) => vault.of(entry) !== undefined)) return event
  const { state } = event.payload as { readonly state: JsonObject }
  const entries = carriedEntries(event.payload).map((entry) => openCarried(vault, entry, keys))
  const payload = { ...(event.payload as JsonObject), state: { ...state, entries: entries as object as JsonValue } }
  return { ...event, payload }
}

function openCarried(vault: Vault, entry: CarriedEntry, keys: Keys): object {
  if (!('json' in entry.value) || vault.of(entry) === undefined) return entry
  const value = vault.open(entry, entry.value.json, keys)
  if (isUnreadable(value) || 'json' in value) return { ...entry, value }
  return { ...entry, value: { bytes: Buffer.from(value.bytes).toString('base64') } }
}

function carriedValue(value: EntryValue): JsonObject {
  // It stands where a value would: whoever shows the event takes it out.
  if (isUnreadable(value)) return { value: value as object as JsonValue }
  if ('bytes' in value) return { bytes: Buffer.from(value.bytes).toString('base64') }
  return { value: JSON.parse(value.json) as JsonValue }
}

const idOf = (envelope: Envelope | 'damaged' | undefined): readonly string[] =>
  typeof envelope === 'object' ? [envelope.$k] : []
