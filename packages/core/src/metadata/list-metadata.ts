import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { compareSequences } from '../sequence'
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
 * Answers a page of entries, in the order in which they were created.
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
  const permitted = permitSubject(core, actor, target, namespace, 'read')
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
  await loadSubject(core, permitted, subject)
  const { items, total } = await core.search({
    kind: 'entry',
    subject,
    namespace,
    descending,
    ...page,
    ...(filter === undefined ? {} : { filter }),
  })
  return { items: items.map(metadataEntry), ...(total === undefined ? {} : { total }) }
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
  const permitted = permitSubject(core, actor, target, namespace, 'read')
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
  const values = metadataValues(core, subject, namespace)
  values.catch(() => undefined)
  await loadSubject(core, permitted, subject)
  return values
}

/** The same without a check, for use cases that have made theirs. */
export async function metadataValues(
  core: Core,
  subject: MetadataSubject,
  namespace: string,
): Promise<Readonly<Record<string, MetadataValue>> | undefined> {
  const [entries, mark] = await Promise.all([
    core.read({ read: 'entries', subject, namespace }),
    isRemembered(namespace)
      ? core.read({ read: 'entry', key: { ...subject, namespace: touchedNamespace, key: namespace } })
      : undefined,
  ])
  if (entries.length === 0 && mark === undefined) return undefined
  const byCreation = [...entries].sort((a, b) => a.createdAt - b.createdAt || compareSequences(a.sequence, b.sequence))
  // Own properties whatever the key: assignment would run the setter behind `__proto__`.
  return Object.fromEntries(byCreation.map(({ key, value }) => [key, metadataValue(value)]))
}
