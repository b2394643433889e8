import type { Actor } from '../actor'
import type { Core } from '../core'
import type { ParsedMetadataChange } from '../metadata/draft-metadata'
import { type MetadataSubject, subjectPermissions } from '../metadata/metadata-subject'
import type { PermissionScope } from '../permissions/permission-scope'
import type { Claim, EntryRecord } from '../storage/records'
import { mayAccess, type Parties, partiesOf, partiesOfCreation, requireWritable } from './metadata-access'
import type { NamespaceRules } from './metadata-rules'
import { readHeldClaims } from './unique-claims'

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
