import type { Actor } from '../actor'
import type { Core, Plan } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import type { MetadataWritten } from '../metadata/apply-metadata'
import { draftMetadata, parseMetadataChange } from '../metadata/draft-metadata'
import { readForChange } from '../metadata/load-for-change'
import { checkKey, checkNamespace, metadataValue, sameValue } from '../metadata/metadata-input'
import {
  loadSubject,
  type MetadataSubject,
  type MetadataTarget,
  orgOfCall,
  permitSubject,
  readSubject,
} from '../metadata/metadata-subject'
import { movesClaims, ruleChange } from '../metadata-definition/ruled-change'
import type { AggregateKey, EntryRecord } from '../storage/records'
import type { Written } from '../written'
import { type HistoryPoint, parsePoint } from './history-point'
import { isNamed, stateAt, writtenNamespaces } from './subject-log'
import { beginnings } from './subject-state'

export interface RevertOptions extends WriteOptions {
  /** Only these keys; all others stay as they are. Default: all. */
  readonly keys?: readonly string[]
}

/** What a revert of all metadata of a subject answers. */
export interface MetadataReverted extends Written {
  /** Entries that are not what they were; empty when all were as they had been, and no event was written. */
  readonly changed: readonly { readonly namespace: string; readonly key: string }[]
}

/**
 * Makes metadata what it was at a point, by setting and removing what is different now: all or none, as one write like any
 * other. What was defined since counts: a value that its schema no longer takes is refused.
 *
 * @param namespace - Absent: all namespaces.
 * @throws {@link InvalidInputError} for a point that is none, or at which the subject was not there; and as any write of
 * metadata.
 * @throws {@link InvalidStateError} `history_purged` for a point whose events were purged.
 * @throws {@link PermissionDeniedError} without the permission to write the subject; `metadata_key` for a key that others
 * write.
 * @throws {@link AlreadyExistsError} `metadata` when another subject holds the value of a key that is unique by now.
 * @throws {@link NotFoundError} when there is no such subject.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function revertMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string | undefined,
  to: HistoryPoint,
  options: RevertOptions = {},
): Promise<MetadataReverted> {
  const point = parsePoint(to, 'to')
  const keys = parseKeys(options.keys)
  if (namespace !== undefined) checkNamespace(namespace)
  let past: Past | undefined
  return core.write(actor, async (draft): Promise<Plan<MetadataReverted>> => {
    const permitted = permitSubject(
      core,
      actor,
      target,
      namespace ?? 'app',
      'write',
      namespace === undefined ? false : undefined,
    )
    const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
    const aggregate = await loadSubject(core, permitted, subject)
    const version = requireVersion(aggregate, options)
    // Whatever else is written to the subject meanwhile may be part of what is different.
    const expect = version ?? { sequence: aggregate.sequence }
    const record = await readSubject(core, subject)
    past ??= await pastOf(core, subject, point, namespace)
    const { owner } = aggregate

    const reverting = await Promise.all(
      past.namespaces.map(async (name) => {
        const whole = { set: [], remove: [], clear: true, requirePresent: false }
        const stored = await readForChange(core, subject, name, whole)
        const change = changeBack(
          stored.filter((entry) => entry.namespace === name),
          past!.entries.filter((entry) => entry.namespace === name),
          keys,
        )
        const parsed = parseMetadataChange(name, change, core.metadataRules?.of(subject.subjectType, name))
        const ruled = parsed.rules && (await ruleChange(core, actor, permitted, owner, subject, parsed, stored))
        return { name, stored, parsed, ruled }
      }),
    )
    const drafted = draft.aggregate(
      { type: subject.subjectType, id: subject.subjectId },
      { owner, expect, revise: reverting.some(({ parsed }) => movesClaims(parsed)) },
    )
    const changed = reverting.flatMap(({ name, stored, parsed, ruled }) =>
      draftMetadata(draft, drafted, subject, name, parsed, stored, ruled).map((key) => ({ namespace: name, key })),
    )
    const createdAt = record?.createdAt ?? aggregate.changedAt
    if (!draft.hasEvents) {
      const { sequence, changedAt } = aggregate
      return { answer: { sequence, createdAt, changedAt, orgId: owner, changed: [] } }
    }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(drafted.index),
        createdAt,
        changedAt: at,
        orgId: owner,
        changed,
      }),
    }
  })
}

/** The same for one namespace. @throws as {@link revertMetadata}. */
export async function revertNamespace(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  to: HistoryPoint,
  options?: RevertOptions,
): Promise<MetadataWritten> {
  const { changed, ...written } = await revertMetadata(core, actor, target, namespace, to, options)
  return { ...written, changed: changed.map(({ key }) => key) }
}

function parseKeys(keys: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (keys === undefined) return undefined
  if (!Array.isArray(keys)) throw new InvalidInputError('keys', 'must be a list of texts')
  for (const key of keys) checkKey(key)
  return new Set(keys)
}

interface Past {
  readonly namespaces: readonly string[]
  readonly entries: readonly EntryRecord[]
}

async function pastOf(
  core: Core,
  { subjectType, subjectId }: MetadataSubject,
  point: HistoryPoint,
  namespace: string | undefined,
): Promise<Past> {
  const aggregate: AggregateKey = { type: subjectType, id: subjectId }
  const found = await stateAt(core, aggregate, point, undefined)
  const later = found && { aggregate, types: beginnings, afterSequence: found.last.sequence, limit: 1 }
  // Who had the id before is another one, whose data nobody shall bring back.
  if (later === undefined || found?.state.record === undefined || (await core.readLog(later)).length > 0) {
    throw new InvalidInputError('to', 'is before the subject came to be')
  }
  const entries = [...found.state.entries.values()].filter((entry) => isNamed(entry.namespace))
  if (namespace !== undefined) return { namespaces: [namespace], entries }
  const written = await writtenNamespaces(core, aggregate, found.last.sequence)
  return { namespaces: [...new Set([...entries.map((entry) => entry.namespace), ...written])].sort(), entries }
}

/** What makes entries that are there those that were. */
function changeBack(
  now: readonly EntryRecord[],
  before: readonly EntryRecord[],
  keys: ReadonlySet<string> | undefined,
) {
  const isMeant = ({ key }: EntryRecord) => keys === undefined || keys.has(key)
  const present = new Map(now.map((entry) => [entry.key, entry]))
  const wanted = new Set(before.map(({ key }) => key))
  const set = before.filter(isMeant).flatMap(({ key, value }) => {
    const entry = present.get(key)
    return entry !== undefined && sameValue(entry.value, value) ? [] : [[key, metadataValue(value)] as const]
  })
  return { set, remove: now.filter((entry) => isMeant(entry) && !wanted.has(entry.key)).map(({ key }) => key) }
}
