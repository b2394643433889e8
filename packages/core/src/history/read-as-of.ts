import type { Actor } from '../actor'
import type { Core } from '../core'
import { isLost } from '../encryption/unreadable-value'
import { visibleEvents } from '../events/list-events'
import { isWithheld } from '../events/shown-event'
import { checkNamespace, type MetadataByNamespace, type MetadataValue, metadataValue } from '../metadata/metadata-input'
import {
  loadSubject,
  type MetadataSubject,
  type MetadataTarget,
  orgOfCall,
  permitSubject,
} from '../metadata/metadata-subject'
import { isReadable } from '../metadata-definition/readable-event'
import { compareSequences } from '../sequence'
import type { AggregateKey, EntryRecord, RecordMap } from '../storage/records'
import { type HistoryPoint, parsePoint } from './history-point'
import { isNamed, stateAt } from './subject-log'

/** A user, org or client as it was. */
export interface SubjectAsOf<Subject> {
  readonly record: Subject
  /** By namespace and key; without what this caller may not read. */
  readonly metadata: MetadataByNamespace & Readonly<Record<string, Readonly<Record<string, MetadataValue>>>>
  /** Keys that were set to what nobody is shown. */
  readonly redacted: readonly { readonly namespace: string; readonly key: string }[]
  /** Of the newest event that counts, and when that happened. */
  readonly sequence: string
  readonly at: number
}

/**
 * Answers what a subject was at a point; `undefined` where it was not there. Gone or not makes no difference.
 *
 * @throws {@link PermissionDeniedError} without the permission to read the subject.
 * @throws {@link InvalidInputError} for a point that is none.
 * @throws {@link InvalidStateError} `history_purged` for a point whose events were purged.
 */
export async function readAsOf<Type extends MetadataSubject['subjectType']>(
  core: Core,
  actor: Actor,
  subject: MetadataSubject & { readonly subjectType: Type },
  point: HistoryPoint,
): Promise<SubjectAsOf<RecordMap[Type]> | undefined> {
  const at = parsePoint(point, 'at')
  const aggregate: AggregateKey = { type: subject.subjectType, id: subject.subjectId }
  const visible = await visibleEvents(core, actor, aggregate)
  if (visible === 'none') return undefined
  const found = await stateAt(core, aggregate, at, visible.owner)
  if (found?.state.record === undefined) return undefined
  const { state, last } = found
  const { shown, redacted } = shownEntries(core, actor, aggregate, state.entries.values())
  return {
    record: state.record as RecordMap[Type],
    metadata: byNamespace(shown),
    redacted: redacted.map(({ namespace, key }) => ({ namespace, key })),
    sequence: last.sequence,
    at: last.createdAt,
  }
}

/**
 * Answers the values of one namespace as they were, by key; nothing that is redacted is among them.
 *
 * @throws as {@link readAsOf}.
 * @throws {@link NotFoundError} when there is no such subject now.
 */
export async function readMetadataAsOf(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  point: HistoryPoint,
): Promise<Readonly<Record<string, MetadataValue>>> {
  checkNamespace(namespace)
  const at = parsePoint(point, 'at')
  const permitted = permitSubject(core, actor, target, namespace, 'read', false)
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
  await loadSubject(core, permitted, subject)
  const aggregate: AggregateKey = { type: subject.subjectType, id: subject.subjectId }
  const found = await stateAt(core, aggregate, at, undefined)
  const entries = [...(found?.state.entries.values() ?? [])].filter((entry) => entry.namespace === namespace)
  return byNamespace(shownEntries(core, actor, aggregate, entries).shown)[namespace] ?? {}
}

/** What a caller may be shown of entries made of the log, oldest first. */
function shownEntries(core: Core, actor: Actor, aggregate: AggregateKey, entries: Iterable<EntryRecord>) {
  const rules = core.metadataRules
  const readable = [...entries].filter(
    ({ namespace, key }) => isNamed(namespace) && isReadable(rules, actor, aggregate, namespace, key),
  )
  const ordered = readable.sort((a, b) => a.createdAt - b.createdAt || compareSequences(a.sequence, b.sequence))
  const isRedacted = ({ namespace, key, value }: EntryRecord) =>
    isWithheld(rules, aggregate.type, namespace, key) || isLost(value)
  return { shown: ordered.filter((entry) => !isRedacted(entry)), redacted: ordered.filter(isRedacted) }
}

function byNamespace(
  entries: readonly EntryRecord[],
): Readonly<Record<string, Readonly<Record<string, MetadataValue>>>> {
  const namespaces = [...new Set(entries.map(({ namespace }) => namespace))]
  // Own properties whatever the key: assignment would run the setter behind `__proto__`.
  return Object.fromEntries(
    namespaces.map((name) => [
      name,
      Object.fromEntries(
        entries.filter(({ namespace }) => namespace === name).map(({ key, value }) => [key, metadataValue(value)]),
      ),
    ]),
  )
}
