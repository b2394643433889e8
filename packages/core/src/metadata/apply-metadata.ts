import type { Actor } from '../actor'
import type { Core, Plan } from '../core'
import { requireVersion, type WriteOptions } from '../expected-version'
import type { PermissionScope } from '../permissions/permission-scope'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import type { Written } from '../written'
import { answerUnchanged, type UnchangedSubject } from './answer-unchanged'
import {
  draftMetadata,
  keysOf,
  type MetadataChange,
  type ParsedMetadataChange,
  parseMetadataChange,
} from './draft-metadata'
import { isRemembered, touchedNamespace } from './metadata'
import {
  loadSubject,
  type MetadataSubject,
  type MetadataTarget,
  orgOfCall,
  permitSubject,
  readSubject,
} from './metadata-subject'
import { needsNoRead, setUnread } from './set-unread'

/** What a change of metadata answers. */
export interface MetadataWritten extends Written {
  /** When the entry came into being if exactly one key was set, otherwise when the subject did. */
  readonly createdAt: number
  /** Keys whose entries are not what they were; empty when nothing changed and no event was written. */
  readonly changed: readonly string[]
}

/**
 * Sets and removes entries of one namespace of a subject, all or none.
 *
 * A subject that others write to at the same time never makes this fail: writers of different keys do not meet, of two
 * writers of one key the later one wins.
 *
 * @throws {@link InvalidInputError} for a key or value that cannot be kept.
 * @throws {@link LimitExceededError} for values too long or too deep, or too many changes.
 * @throws {@link PermissionDeniedError} without the permission to write the subject.
 * @throws {@link NotFoundError} when there is no such subject, or a key that has to be present is missing.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function applyMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  change: MetadataChange,
  options?: WriteOptions,
): Promise<MetadataWritten> {
  const parsed = parseMetadataChange(namespace, change)
  if (options?.ifVersion === undefined && needsNoRead(actor, target, namespace, parsed)) {
    const written = await setUnread(core, actor, target, namespace, parsed)
    if (written !== undefined) return written
  }
  return core.write(actor, async (draft): Promise<Plan<MetadataWritten>> => {
    const permitted = permitSubject(core, actor, target, namespace, 'write')
    const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
    const loaded = await loadForChange(core, permitted, subject, namespace, parsed)
    const { aggregate, stored } = loaded
    const { type, id, owner, sequence } = aggregate
    const version = requireVersion(aggregate, options)
    // Clearing takes away whatever is there, so nothing may come in between; other changes meet only on their keys.
    const expect = version ?? (parsed.clear ? { sequence } : 'live')
    const drafted = draft.aggregate({ type, id }, { owner, expect, revise: false })
    const changed = draftMetadata(draft, drafted, subject, namespace, parsed, stored)
    if (!draft.hasEvents) return { answer: await answerUnchanged(core, loaded, subject, namespace) }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(drafted.index),
        createdAt: loaded.createdAt ?? at,
        changedAt: at,
        orgId: owner,
        changed,
      }),
    }
  })
}

interface LoadedForChange extends UnchangedSubject {
  readonly aggregate: AggregateRecord
  readonly stored: readonly EntryRecord[]
}

async function loadForChange(
  core: Core,
  permitted: Promise<PermissionScope>,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<LoadedForChange> {
  const [only] = change.set.length === 1 && change.remove.length === 0 ? change.set : []
  // Asked for first: were the two read apart, the entries would be the newer, and clearing them stale rather than wrong.
  const loading = loadSubject(core, permitted, subject)
  const reading = readForChange(core, subject, namespace, change)
  const dating = only === undefined ? readSubject(core, subject) : undefined
  for (const pending of [loading, reading, dating]) pending?.catch(() => undefined)
  const aggregate = await loading
  const [stored, record] = await Promise.all([reading, dating])
  const isOnly = (entry: EntryRecord) => entry.namespace === namespace && entry.key === only?.[0]
  const dated = only === undefined ? record : change.clear ? undefined : stored.find(isOnly)
  return { aggregate, stored, createdAt: dated?.createdAt }
}

/** The entries that a decision about `change` depends on. */
export async function readForChange(
  core: Core,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<readonly EntryRecord[]> {
  const keys = keysOf(change)
  const [only] = keys ?? []
  const entries =
    keys?.length === 1 && only !== undefined
      ? core
          .read({ read: 'entry', key: { ...subject, namespace, key: only } })
          .then((entry) => (entry === undefined ? [] : [entry]))
      : core.read({ read: 'entries', subject, namespace, ...(keys === undefined ? {} : { keys }) })
  if (!isRemembered(namespace)) return entries
  const mark = core.read({ read: 'entry', key: { ...subject, namespace: touchedNamespace, key: namespace } })
  const [found, marked] = await Promise.all([entries, mark])
  return marked === undefined ? found : [...found, marked]
}
