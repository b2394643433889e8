import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import type { ParsedMetadataChange } from '../metadata/draft-metadata'
import { type MetadataSubject, subjectPermissions } from '../metadata/metadata-subject'
import type { PermissionScope } from '../permissions/permission-scope'
import type { Claim, EntryRecord } from '../storage/records'
import { mayAccess, type Parties, partiesOf, partiesOfCreation, requireWritable } from './metadata-access'
import type { NamespaceRules } from './metadata-rules'
import { readHeldClaims, uniqueClaim } from './unique-claims'

/** What a defined namespace adds to the decision about a change. */
export interface RuledChange {
  readonly rules: NamespaceRules
  readonly parties: Parties
  /** Milliseconds since the epoch. */
  readonly now: number
  /** What the subject holds for the values that are stored. */
  readonly held: readonly Claim[]
  /** The subject is new: nobody else writes to it. */
  readonly isNew: boolean
}

/**
 * @throws {@link PermissionDeniedError} `metadata_key` for a key that others write.
 */
export async function ruleChange(
  core: Core,
  actor: Actor,
  permitted: Promise<PermissionScope>,
  owner: string,
  subject: MetadataSubject,
  change: ParsedMetadataChange,
  stored: readonly EntryRecord[],
): Promise<RuledChange | undefined> {
  const { rules } = change
  if (rules === undefined) return undefined
  const parties = partiesOf(actor, await permitted, subject, owner)
  requireWritable(change, subjectPermissions[subject.subjectType].write, parties)
  const held = await readHeldClaims(core, rules, subject, stored)
  return { rules, parties, now: core.now(), held, isNew: false }
}

/** Of the first entries of a subject. @throws {@link PermissionDeniedError} as {@link ruleChange}. */
export function ruleFirst(
  core: Core,
  actor: Actor,
  permission: string,
  change: ParsedMetadataChange,
): RuledChange | undefined {
  const { rules } = change
  if (rules === undefined) return undefined
  const parties = partiesOfCreation(actor)
  requireWritable(change, permission, parties)
  return { rules, parties, now: core.now(), held: [], isNew: true }
}

/** Whether a change may take or release claims: whoever removes the subject has to see that it came first. */
export function movesClaims({ rules, set, remove, clear }: ParsedMetadataChange): boolean {
  if (rules === undefined || rules.uniqueKeys.length === 0) return false
  return clear || set.some(([key]) => rules.keys.get(key)?.unique) || remove.some((key) => rules.keys.get(key)?.unique)
}

/** Whether a change needs to know nothing of what is stored, as far as its keys are concerned. */
export function isBlind({ rules, set }: ParsedMetadataChange): boolean {
  return (
    rules === undefined ||
    set.every(([key]) => {
      const defined = rules.keys.get(key)
      return defined === undefined || (!defined.unique && defined.expiresAfterMs === undefined)
    })
  )
}

/** Clearing takes away what the caller may write. What else is there stays, and then no event says that all is gone. */
export function clearedBy(
  { rules, parties }: RuledChange,
  change: ParsedMetadataChange,
  present: Iterable<string>,
): ParsedMetadataChange {
  if (!change.clear) return change
  const keys = [...present]
  const clearable = keys.filter((key) => mayAccess(rules, key, 'write', parties))
  if (clearable.length === keys.length) return change
  const named = new Set([...change.remove, ...change.set.map(([key]) => key)])
  return { ...change, clear: false, remove: [...change.remove, ...clearable.filter((key) => !named.has(key))] }
}

/** Gives free what the values held that are no more, and takes what those need that came. */
export function moveClaims(
  draft: CommitDraft,
  { subjectType, subjectId }: MetadataSubject,
  { rules, held }: RuledChange,
  { set }: ParsedMetadataChange,
  present: ReadonlyMap<string, EntryRecord>,
  changed: ReadonlySet<string>,
): void {
  const after = new Map(set)
  for (const key of changed) {
    if (!rules.keys.get(key)?.unique) continue
    const [before, value] = [present.get(key)?.value, after.get(key)]
    const released = before && uniqueClaim(rules, key, before)
    if (released !== undefined && held.some((claim) => sameClaim(claim, released))) draft.releaseClaim(released)
    const taken = value && uniqueClaim(rules, key, value)
    if (taken !== undefined) draft.takeClaim({ ...taken, ownerType: subjectType, ownerId: subjectId })
  }
}

const sameClaim = (a: Claim, b: Claim) => a.type === b.type && a.value === b.value

/** What expires counts from when it was last set; and what is unique now may have been set when it was not. */
export function isRenewed({ key, value }: EntryRecord, ruled: RuledChange | undefined): boolean {
  const defined = ruled?.rules.keys.get(key)
  if (ruled === undefined || defined === undefined) return false
  if (defined.expiresAfterMs !== undefined) return true
  const claim = defined.unique ? uniqueClaim(ruled.rules, key, value) : undefined
  return claim !== undefined && !ruled.held.some((held) => sameClaim(held, claim))
}
