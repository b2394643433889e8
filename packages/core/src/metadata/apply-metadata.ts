import type { Actor } from '../actor'
import type { AggregateDraft } from '../commit-draft'
import type { Core, Plan } from '../core'
import { type CallScope, requirePermission } from '../permissions/check-permission'
import { compareSequences } from '../sequence'
import type { Expectation } from '../storage/commit'
import type { EntryRecord } from '../storage/records'
import type { Written } from '../written'
import {
  draftMetadata,
  keysOf,
  type MetadataChange,
  type ParsedMetadataChange,
  parseMetadataChange,
} from './draft-metadata'
import { isRemembered, touchedNamespace } from './metadata'
import { type LoadedSubject, loadSubject, type MetadataSubject, subjectPermissions } from './metadata-subject'

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
 */
export async function applyMetadata(
  core: Core,
  actor: Actor,
  subject: MetadataSubject,
  namespace: string,
  change: MetadataChange,
): Promise<MetadataWritten> {
  const parsed = parseMetadataChange(namespace, change)
  return core.write(actor, async (draft): Promise<Plan<MetadataWritten>> => {
    const permitted = requirePermission(core, actor, subjectPermissions[subject.subjectType].write)
    const [loaded, stored, expect] = await loadForChange(core, permitted, subject, namespace, parsed)
    const aggregate = draft.aggregate(loaded.aggregate, { owner: loaded.orgId, expect, revise: false })
    const changed = draftMetadata(draft, aggregate, subject, namespace, parsed, stored)
    if (changed.length === 0 && !draft.hasEvents)
      return { answer: await unchanged(core, loaded, subject, namespace, stored, parsed) }
    return { draft, answer: (committed) => written(committed, aggregate, loaded, stored, parsed, changed) }
  })
}

async function loadForChange(
  core: Core,
  permitted: Promise<CallScope>,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<readonly [LoadedSubject, readonly EntryRecord[], Expectation]> {
  // Asked for first: were the two read apart, the entries would be the newer, and clearing them stale rather than wrong.
  const expected = expectationFor(core, subject, change)
  const stored = readForChange(core, subject, namespace, change)
  for (const reading of [stored, expected]) reading.catch(() => undefined)
  const loaded = await loadSubject(core, permitted, subject)
  return [loaded, await stored, await expected]
}

/** Clearing takes away whatever is there, so nothing may come in between; other changes meet only on their keys. */
async function expectationFor(
  core: Core,
  { subjectType, subjectId }: MetadataSubject,
  change: ParsedMetadataChange,
): Promise<Expectation> {
  if (!change.clear) return 'live'
  const aggregate = await core.read({ read: 'aggregate', key: { type: subjectType, id: subjectId } })
  return aggregate === undefined ? 'live' : { sequence: aggregate.sequence }
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

function written(
  committed: { readonly at: number; sequenceOf(index: number): string },
  aggregate: AggregateDraft,
  loaded: LoadedSubject,
  stored: readonly EntryRecord[],
  { set, remove, clear }: ParsedMetadataChange,
  changed: readonly string[],
): MetadataWritten {
  const [only] = set.length === 1 && remove.length === 0 ? set : []
  const before =
    clear || only === undefined
      ? undefined
      : stored.find(({ namespace, key }) => namespace !== touchedNamespace && key === only[0])
  return {
    sequence: committed.sequenceOf(aggregate.index),
    createdAt: only === undefined ? loaded.createdAt : (before?.createdAt ?? committed.at),
    changedAt: committed.at,
    orgId: loaded.orgId,
    changed,
  }
}

/** A write of what is there already answers as of the newest write of the namespace. */
async function unchanged(
  core: Core,
  loaded: LoadedSubject,
  subject: MetadataSubject,
  namespace: string,
  stored: readonly EntryRecord[],
  { set }: ParsedMetadataChange,
): Promise<MetadataWritten> {
  const entries = await core.read({ read: 'entries', subject, namespace })
  const newest = entries.reduce<EntryRecord | undefined>(
    (latest, entry) => (latest === undefined || compareSequences(entry.sequence, latest.sequence) > 0 ? entry : latest),
    undefined,
  )
  const only = set.length === 1 ? stored.find(({ key }) => key === set[0]![0]) : undefined
  return {
    sequence: newest?.sequence ?? loaded.sequence,
    createdAt: only?.createdAt ?? loaded.createdAt,
    changedAt: newest?.changedAt ?? loaded.changedAt,
    orgId: loaded.orgId,
    changed: [],
  }
}
