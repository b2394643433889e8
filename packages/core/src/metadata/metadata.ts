import { isUnreadable } from '../encryption/unreadable-value'
import type { AppendedEvent, DomainEvent } from '../events/event'
import type { JsonObject, JsonValue } from '../json'
import type { EntryKey, EntryRecord, EntryValue, SubjectKey } from '../storage/records'

/** A value as an event carries it: JSON as it is, bytes in base64. */
type EventValue = { readonly value: JsonValue } | { readonly bytes: string }

export type MetadataSubjectType = Exclude<SubjectKey['subjectType'], 'member'>

export type MetadataEvent =
  | DomainEvent<
      `${MetadataSubjectType}.metadata.set`,
      EventValue & { readonly namespace: string; readonly key: string }
    >
  | DomainEvent<`${MetadataSubjectType}.metadata.removed`, { readonly namespace: string; readonly key: string }>
  | DomainEvent<`${MetadataSubjectType}.metadata.removed.all`, { readonly namespace: string }>

/**
 * Namespaces that are remembered once they were written, so that a subject whose last entry was removed still shows an
 * empty object, as Auth0's `user_metadata` and `client_metadata` do.
 */
const rememberedNamespaces: ReadonlySet<string> = new Set(['user', 'client'])

/** Where it is kept which namespaces were ever written; no call names it, for it is no valid namespace. */
export const touchedNamespace = '$touched'

/**
 * Namespaces that a face keeps its own work in: the system alone reads and writes them, and no event shows their values.
 */
const systemNamespaces: ReadonlySet<string> = new Set(['auth0-jobs', 'auth0-job-errors'])

export const systemOwnNamespaces: Iterable<string> = systemNamespaces

export const isSystemOwn = (namespace: string): boolean => systemNamespaces.has(namespace)

export const isRemembered = (namespace: string): boolean => rememberedNamespaces.has(namespace)

export function metadataSet(
  subjectType: MetadataSubjectType,
  namespace: string,
  key: string,
  value: EntryValue,
): MetadataEvent {
  const type = `${subjectType}.metadata.set` as const
  if ('bytes' in value) return { type, payload: { namespace, key, bytes: Buffer.from(value.bytes).toString('base64') } }
  return new JsonSet(type, namespace, key, value.json)
}

/** The event of a JSON value. Only listeners look at its payload: the text that is stored is there already. */
class JsonSet {
  readonly payloadText: string

  constructor(
    readonly type: `${MetadataSubjectType}.metadata.set`,
    readonly namespace: string,
    readonly key: string,
    readonly json: string,
  ) {
    this.payloadText = `{"namespace":"${namespace}","key":${JSON.stringify(key)},"value":${json}}`
  }

  get payload() {
    const { namespace, key, json } = this
    return { namespace, key, value: JSON.parse(json) as JsonValue }
  }
}

export type EntryMap = ReadonlyMap<string, EntryRecord>

/** Names an entry among those of one subject. */
export const entryName = (namespace: string, key: string): string => `${namespace}\n${key}`

/** The entries of a subject, by {@link entryName}, after `event`. Answers the same map where nothing changes. */
export function evolveEntries(entries: EntryMap, event: AppendedEvent): EntryMap {
  const [, noun, verb] = event.type.split('.')
  if (noun !== 'metadata' && !(noun === 'removed' && verb === undefined)) return entries
  const next = new Map(entries)
  applyToEntries(next, event)
  return next
}

/** The same in place, for whoever goes through many events. */
export function applyToEntries(next: Map<string, EntryRecord>, event: AppendedEvent): void {
  const [subjectType, noun, verb, all] = event.type.split('.')
  if (verb === undefined && noun === 'removed') next.clear()
  if (noun !== 'metadata') return
  const { namespace, key } = event.payload as { namespace: string; key: string }
  const { sequence, createdAt } = event
  const subject = { subjectType: subjectType as SubjectKey['subjectType'], subjectId: event.aggregate.id }
  if (isRemembered(namespace) && !next.has(entryName(touchedNamespace, namespace))) {
    next.set(entryName(touchedNamespace, namespace), markOf(subject, namespace, event))
  }
  if (verb === 'set') {
    const before = next.get(entryName(namespace, key))
    next.set(entryName(namespace, key), {
      ...subject,
      namespace,
      key,
      value: carriedValue(event.payload),
      orgId: event.owner,
      sequence,
      createdAt: before?.createdAt ?? createdAt,
      changedAt: createdAt,
    })
  } else if (all === 'all') {
    for (const [name, entry] of next) if (entry.namespace === namespace) next.delete(name)
  } else {
    next.delete(entryName(namespace, key))
  }
}

/** The mark that a namespace was ever written: the key of an entry and what it holds. */
export const markKey = ({ subjectType, subjectId }: SubjectKey, namespace: string): EntryKey => ({
  subjectType,
  subjectId,
  namespace: touchedNamespace,
  key: namespace,
})
export const markValue: EntryValue = { json: 'true' }

function markOf(subject: SubjectKey, namespace: string, event: AppendedEvent): EntryRecord {
  return {
    ...markKey(subject, namespace),
    value: markValue,
    orgId: event.owner,
    sequence: event.sequence,
    createdAt: event.createdAt,
    changedAt: event.createdAt,
  }
}

function carriedValue(payload: JsonObject): EntryValue {
  const { value, bytes } = payload as { value?: JsonValue; bytes?: string }
  if (isUnreadable(value)) return value
  return bytes === undefined ? { json: JSON.stringify(value) } : { bytes: new Uint8Array(Buffer.from(bytes, 'base64')) }
}
