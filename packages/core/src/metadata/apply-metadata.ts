import type { Actor } from '../actor'
import type { Core, Plan } from '../core'
import { requireVersion, type WriteOptions } from '../expected-version'
import { isExpired } from '../metadata-definition/expiry'
import { opensChange } from '../metadata-definition/metadata-access'
import { isBlind, movesClaims, type RuledChange, ruleChange } from '../metadata-definition/ruled-change'
import type { Expectation } from '../storage/commit'
import type { EntryRecord } from '../storage/records'
import type { Written } from '../written'
import { answerUnchanged } from './answer-unchanged'
import { draftMetadata, type MetadataChange, type ParsedMetadataChange, parseMetadataChange } from './draft-metadata'
import { type LoadedForChange, loadForChange } from './load-for-change'
import { type MetadataTarget, orgOfCall, permitSubject } from './metadata-subject'
import { setUnread, unreadTerms } from './set-unread'

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
 * @throws {@link InvalidInputError} for a key or value that cannot be kept, or that is not as it was defined.
 * @throws {@link LimitExceededError} for values too long or too deep, or too many changes.
 * @throws {@link PermissionDeniedError} without the permission to write the subject; `metadata_key` for a key that others
 * write.
 * @throws {@link AlreadyExistsError} `metadata` when another subject holds the value of a key that is unique.
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
  const { metadataRules } = core
  const parsed = parseMetadataChange(namespace, change, metadataRules?.of(target.subjectType, namespace))
  const unread = core.writeUnread && isBlind(parsed) && unreadTerms(core, actor, target, namespace, parsed, options)
  if (unread) {
    const written = await setUnread(core, actor, unread, namespace, parsed)
    if (written !== undefined) return written
  }
  return core.write(actor, async (draft): Promise<Plan<MetadataWritten>> => {
    const own = metadataRules === undefined ? undefined : opensChange(metadataRules, namespace, parsed)
    const permitted = permitSubject(core, actor, target, namespace, 'write', own)
    const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
    const loaded = await loadForChange(core, permitted, subject, namespace, parsed, options)
    const { owner, stored } = loaded
    const expect = expectationOfChange(loaded, parsed, options)
    const ruled = parsed.rules && (await ruleChange(core, actor, permitted, owner, subject, parsed, stored))
    const drafted = draft.aggregate(
      { type: subject.subjectType, id: subject.subjectId },
      { owner, expect, revise: movesClaims(parsed) },
    )
    const changed = draftMetadata(draft, drafted, subject, namespace, parsed, stored, ruled)
    if (!draft.hasEvents) return { answer: await answerUnchanged(core, permitted, loaded, subject, namespace) }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(drafted.index),
        createdAt: (ruled && datesAnew(ruled, parsed, stored) ? undefined : loaded.createdAt) ?? at,
        changedAt: at,
        orgId: owner,
        changed,
      }),
    }
  })
}

/** Whether the one entry that is set had expired: it is another one now. */
function datesAnew(
  { rules, now }: RuledChange,
  { set, remove }: ParsedMetadataChange,
  stored: readonly EntryRecord[],
): boolean {
  if (set.length !== 1 || remove.length > 0) return false
  const entry = stored.find(({ namespace, key }) => namespace === rules.namespace && key === set[0]?.[0])
  return entry !== undefined && isExpired(rules, entry, now)
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
