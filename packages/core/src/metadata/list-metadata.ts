import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { isLost } from '../encryption/unreadable-value'
import { opensReads } from '../metadata-definition/metadata-access'
import {
  isShown,
  type MetadataReader,
  readerParties,
  shownDefaults,
  shownKeys,
} from '../metadata-definition/shown-entries'
import { type Paging, paged } from '../paging'
import { narrowedBy } from '../permissions/permission-scope'
import { compareSequences } from '../sequence'
import type { EntryRecord } from '../storage/records'
import type { Filter, Page } from '../storage/search'
import { type MetadataEntry, metadataEntry } from './get-metadata'
import { isRemembered, touchedNamespace } from './metadata'
import { checkNamespace, type MetadataValue, metadataValue } from './metadata-input'
import { loadSubject, type MetadataSubject, type MetadataTarget, orgOfCall, permitSubject } from './metadata-subject'

export interface MetadataQuery extends Paging {
  readonly filter?: Filter<'key'>
  /** Newest first. Default: oldest first. */
  readonly descending?: boolean
}

/**
 * Answers a page of entries, in the order in which they were created. What is stored nowhere, a default, is in none.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions or 50 levels.
 * @throws {@link PermissionDeniedError} without the permission to read the subject.
 * @throws {@link NotFoundError} when there is no such subject.
 */
export async function listMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  query: MetadataQuery = {},
): Promise<Page<MetadataEntry>> {
  checkNamespace(namespace)
  const { filter, descending = false } = query
  const page = paged(query)
  checkFilter(query.filter)
  const rules = core.metadataRules?.of(target.subjectType, namespace)
  const own = rules && opensReads(core.metadataRules, [namespace])
  const permitted = permitSubject(core, actor, target, namespace, 'read', own)
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
  const { owner } = await loadSubject(core, permitted, subject)
  const shown =
    rules && (await shownKeys(core, rules, subject, await readerParties(core, { actor, permitted }, subject, owner)))
  const { items, total } = await core.search({
    kind: 'entry',
    subject,
    namespace,
    descending,
    ...page,
    ...(shown === undefined ? filter !== undefined && { filter } : narrowedBy(filter, shown)),
  })
  return { items: items.filter(isReadable).map(metadataEntry), ...(total === undefined ? {} : { total }) }
}

/**
 * Answers all values of a namespace by key; `undefined` when nothing was ever set there, or when the namespace is not
 * one that is remembered after its last entry was removed.
 *
 * @throws as {@link listMetadata}.
 */
export async function readMetadataValues(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
): Promise<Readonly<Record<string, MetadataValue>> | undefined> {
  checkNamespace(namespace)
  const own = core.metadataRules && opensReads(core.metadataRules, [namespace])
  const permitted = permitSubject(core, actor, target, namespace, 'read', own)
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
  const values = metadataValues(core, subject, namespace, { actor, permitted })
  values.catch(() => undefined)
  await loadSubject(core, permitted, subject)
  return values
}

/** The same for use cases that check themselves whether the reader may see the subject. */
export async function metadataValues(
  core: Core,
  subject: MetadataSubject,
  namespace: string,
  reader: MetadataReader,
): Promise<Readonly<Record<string, MetadataValue>> | undefined> {
  const [entries, mark] = await Promise.all([
    core.read({ read: 'entries', subject, namespace }),
    isRemembered(namespace)
      ? core.read({ read: 'entry', key: { ...subject, namespace: touchedNamespace, key: namespace } })
      : undefined,
  ])
  const rules = core.metadataRules?.of(subject.subjectType, namespace)
  if (rules !== undefined) {
    const parties = await readerParties(core, reader, subject, entries[0]?.orgId)
    const shown = entries.filter((entry) => isShown(rules, entry, parties, core.now()))
    const defaults = shownDefaults(rules, (name) => shown.some(({ key }) => key === name), parties)
    if (shown.length + defaults.length === 0 && mark === undefined) return undefined
    return Object.fromEntries([...valuesByCreation(shown), ...defaults])
  }
  if (entries.length === 0 && mark === undefined) return undefined
  // Own properties whatever the key: assignment would run the setter behind `__proto__`.
  return Object.fromEntries(valuesByCreation(entries))
}

/** What is lost is missing from what is there: whoever asks for the key itself is told. */
const isReadable = ({ value }: EntryRecord): boolean => !isLost(value)

export function valuesByCreation(
  entries: readonly EntryRecord[],
): readonly (readonly [key: string, value: MetadataValue])[] {
  const byCreation = entries
    .filter(isReadable)
    .sort((a, b) => a.createdAt - b.createdAt || compareSequences(a.sequence, b.sequence))
  return byCreation.map(({ key, value }) => [key, metadataValue(value)])
}
