import type { Actor } from '../actor'
import type { Core, Plan } from '../core'
import { requireVersion, type WriteOptions } from '../expected-version'
import type { PermissionScope } from '../permissions/permission-scope'
import { compareSequences } from '../sequence'
import type { Expectation } from '../storage/commit'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import { allOf } from '../users/load-user'
import type { Written } from '../written'
import {
  draftMetadata,
  keysOf,
  type MetadataChange,
  type ParsedMetadataChange,
  parseMetadataChange,
} from './draft-metadata'
import { isRemembered, markKey } from './metadata'
import {
  loadSubject,
  type MetadataSubject,
  type MetadataTarget,
  orgOfCall,
  permitSubject,
  readSubject,
  userOf,
} from './metadata-subject'

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
  return core.write(actor, async (draft): Promise<Plan<MetadataWritten>> => {
    const permitted = permitSubject(core, actor, target, namespace, 'write')
    const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
    const only = onlyKey(parsed)
    const loaded =
      (core.readsAreLocal && only !== undefined && options?.ifVersion === undefined
        ? await loadByEntry(core, permitted, subject, namespace, only)
        : undefined) ?? (await loadForChange(core, permitted, subject, namespace, parsed))
    const { owner, stored } = loaded
    const expect = expectationOfChange(loaded, parsed, options)
    const drafted = draft.aggregate(
      { type: subject.subjectType, id: subject.subjectId },
      { owner, expect, revise: false },
    )
    const changed = draftMetadata(draft, drafted, subject, namespace, parsed, stored)
    if (!draft.hasEvents) return { answer: await unchanged(core, loaded, subject, namespace) }
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

interface LoadedForChange {
  /** The org that owns the subject. */
  readonly owner: string
  /** Absent where the change needs no more of it than that it lives. */
  readonly aggregate: AggregateRecord | undefined
  readonly stored: readonly EntryRecord[]
  /** Of the entry if exactly one key is set, otherwise of the subject; `undefined`: of an entry that is new. */
  readonly createdAt: number | undefined
}

/** The key of a change that sets it and does nothing else, in a namespace that is not cleared. */
function onlyKey({ set, remove, clear }: ParsedMetadataChange): string | undefined {
  return set.length === 1 && remove.length === 0 && !clear ? set[0]![0] : undefined
}

/**
 * Who has read an entry knows that its subject lives, and whose it is: where reads are local, a key that is set to
 * another value is the only thing read. `undefined` when it does not say enough.
 */
async function loadByEntry(
  core: Core,
  permitted: Promise<PermissionScope>,
  subject: MetadataSubject,
  namespace: string,
  key: string,
): Promise<LoadedForChange | undefined> {
  if (isRemembered(namespace)) return undefined
  const { subjectType, subjectId } = subject
  const [scope, entry] = await allOf(
    permitted,
    core.read({ read: 'entry', key: { subjectType, subjectId, namespace, key } }),
  )
  if (entry === undefined || !scope.admits(entry.orgId, userOf(subject))) return undefined
  return { owner: entry.orgId, aggregate: undefined, stored: [entry], createdAt: entry.createdAt }
}

/** Clearing takes away whatever is there, so nothing may come in between; other changes meet only on their keys. */
function expectationOfChange(
  { aggregate }: LoadedForChange,
  { clear }: ParsedMetadataChange,
  options: WriteOptions | undefined,
): Expectation {
  if (aggregate === undefined) return 'live'
  return requireVersion(aggregate, options) ?? (clear ? { sequence: aggregate.sequence } : 'live')
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
  return { owner: aggregate.owner, aggregate, stored, createdAt: dated?.createdAt }
}

/** The entries that a decision about `change` depends on. */
export async function readForChange(
  core: Core,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<readonly EntryRecord[]> {
  const { subjectType, subjectId } = subject
  const keys = keysOf(change)
  const [only] = keys ?? []
  const entries =
    keys?.length === 1 && only !== undefined
      ? core
          .read({ read: 'entry', key: { subjectType, subjectId, namespace, key: only } })
          .then((entry) => (entry === undefined ? [] : [entry]))
      : core.read({ read: 'entries', subject, namespace, ...(keys === undefined ? {} : { keys }) })
  if (!isRemembered(namespace)) return entries
  const mark = core.read({ read: 'entry', key: markKey(subject, namespace) })
  const [found, marked] = await Promise.all([entries, mark])
  return marked === undefined ? found : [...found, marked]
}

/** A write of what is there already answers as of the newest write of the namespace. */
async function unchanged(
  core: Core,
  { owner, aggregate, stored, createdAt }: LoadedForChange,
  subject: MetadataSubject,
  namespace: string,
): Promise<MetadataWritten> {
  const entries = await core.read({ read: 'entries', subject, namespace })
  const newest = entries.reduce<EntryRecord | undefined>(
    (latest, entry) => (latest === undefined || compareSequences(entry.sequence, latest.sequence) > 0 ? entry : latest),
    undefined,
  )
  // An entry that was read is what stands for the subject where that was not read.
  const { sequence, changedAt } = newest ?? aggregate ?? stored[0]!
  return {
    sequence,
    createdAt: createdAt ?? (aggregate ?? stored[0]!).changedAt,
    changedAt,
    orgId: owner,
    changed: [],
  }
}
