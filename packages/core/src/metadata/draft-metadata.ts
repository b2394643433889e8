import type { AggregateDraft, CommitDraft } from '../commit-draft'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { NotFoundError } from '../errors/not-found-error'
import type { AppendedEvent } from '../events/event'
import { checkValues } from '../metadata-definition/check-values'
import { isExpired } from '../metadata-definition/expiry'
import type { MetadataRules, NamespaceRules } from '../metadata-definition/metadata-rules'
import { clearedBy, isRenewed, moveClaims, type RuledChange } from '../metadata-definition/ruled-change'
import type { EntryRecord, EntryValue, SubjectKey } from '../storage/records'
import { isRemembered, type MetadataSubjectType, markKey, markValue, metadataSet, touchedNamespace } from './metadata'
import {
  checkKey,
  checkNamespace,
  entryValue,
  type MetadataByNamespace,
  type MetadataValues,
  maxChangesPerCall,
  pairsOf,
  sameValue,
} from './metadata-input'

/** One atomic change of a namespace: what is cleared goes first, then what is removed, then what is set. */
export interface MetadataChange {
  readonly set?: MetadataValues
  /** A key that is not there is no error unless `requirePresent`. */
  readonly remove?: readonly string[]
  /** Removes every entry of the namespace. */
  readonly clear?: boolean
  /** Refuse the whole change when a key to remove is not there. */
  readonly requirePresent?: boolean
}

/** A change whose keys and values were checked. */
export interface ParsedMetadataChange {
  readonly set: readonly (readonly [key: string, value: EntryValue])[]
  readonly remove: readonly string[]
  readonly clear: boolean
  readonly requirePresent: boolean
  /** What is said of the namespace, where it is defined. */
  readonly rules?: NamespaceRules | undefined
}

/**
 * @param rules - What is said of the namespace, where it is defined.
 * @throws {@link InvalidInputError} naming the key.
 * @throws {@link LimitExceededError} for a value that is too long or too deep, or more than 10,000 changes.
 */
export function parseMetadataChange(
  namespace: string,
  change: MetadataChange,
  rules?: NamespaceRules,
): ParsedMetadataChange {
  checkNamespace(namespace)
  const pairs = pairsOf(change.set ?? {})
  const remove = change.remove ?? []
  if (pairs.length + remove.length > maxChangesPerCall) {
    throw new LimitExceededError('metadata.changes', maxChangesPerCall, pairs.length + remove.length)
  }
  const checked =
    rules === undefined
      ? pairs.map(([key, value]) => {
          checkKey(key)
          return [key, entryValue(key, value)] as const
        })
      : checkValues(rules, pairs)
  const setKeys = remove.length === 0 ? undefined : new Set(pairs.map(([key]) => key))
  for (const key of remove) {
    checkKey(key)
    if (setKeys?.has(key)) throw new InvalidInputError(key, 'is both set and removed')
  }
  const { clear = false, requirePresent = false } = change
  return rules === undefined
    ? { set: checked, remove, clear, requirePresent }
    : { set: checked, remove, clear, requirePresent, rules }
}

/** First entries of a new subject, by namespace. An empty namespace is remembered as one that was written. */
export function parseFirstMetadata(
  metadata: MetadataByNamespace | undefined,
  rules: MetadataRules | undefined,
  subjectType: MetadataSubjectType,
): readonly (readonly [namespace: string, change: ParsedMetadataChange])[] {
  return Object.entries(metadata ?? {}).map(([namespace, set]) => {
    const change = parseMetadataChange(namespace, { set }, rules?.of(subjectType, namespace))
    return [namespace, { ...change, clear: change.set.length === 0 }] as const
  })
}

/** The entries a decision about `change` needs to know, besides the mark of a remembered namespace. */
export function keysOf(change: ParsedMetadataChange): readonly string[] | undefined {
  return change.clear ? undefined : [...new Set([...change.set.map(([key]) => key), ...change.remove])]
}

/**
 * Drafts what `change` does to a subject whose entries, as far as the change needs them, are `stored`. An entry set to
 * what it holds already is left alone, and so are all where they are cleared and set to just what they hold. Answers the
 * keys that change. A change that clears is only right on an aggregate expected at the sequence it was read at.
 *
 * @param ruled - Of a defined namespace.
 * @throws {@link NotFoundError} for a missing key where presence is required.
 */
export function draftMetadata(
  draft: CommitDraft,
  aggregate: AggregateDraft,
  subject: SubjectKey & { readonly subjectType: MetadataSubjectType },
  namespace: string,
  asked: ParsedMetadataChange,
  stored: readonly EntryRecord[],
  ruled?: RuledChange,
): readonly string[] {
  const { subjectType, subjectId } = subject
  const present = new Map(stored.filter((entry) => entry.namespace === namespace).map((entry) => [entry.key, entry]))
  const marked = stored.some((entry) => entry.namespace === touchedNamespace && entry.key === namespace)
  const change = ruled === undefined ? asked : clearedBy(ruled, asked, present.keys())
  const changed = new Set<string>()
  let first: AppendedEvent | undefined
  if (change.clear && present.size > 0 && holdsExactly(present, change, ruled)) return []

  if (change.clear && (present.size > 0 || (isRemembered(namespace) && !marked))) {
    first = aggregate.append({ type: `${subjectType}.metadata.removed.all`, payload: { namespace } })
    for (const key of present.keys()) {
      draft.removeEntries({ key: { ...subject, namespace, key } })
      changed.add(key)
    }
  }
  for (const key of change.remove) {
    const entry = present.get(key)
    const isGone = ruled !== undefined && entry !== undefined && isExpired(ruled.rules, entry, ruled.now)
    if (entry === undefined || (isGone && change.requirePresent)) {
      if (change.requirePresent) throw new NotFoundError('metadata', key)
      continue
    }
    if (change.clear) continue
    const event = aggregate.append({ type: `${subjectType}.metadata.removed`, payload: { namespace, key } })
    first ??= event
    if (changed.has(key)) continue
    draft.expectEntry({ ...subject, namespace, key }, entry.sequence, aggregate)
    draft.removeEntries({ key: { ...subject, namespace, key } })
    changed.add(key)
  }
  for (const [key, value] of change.set) {
    // Stored values say nothing about a key that this very change has touched.
    const before = changed.has(key) ? undefined : present.get(key)
    if (before !== undefined && sameValue(before.value, value) && !isRenewed(before, ruled)) continue
    if (before !== undefined && ruled !== undefined && isExpired(ruled.rules, before, ruled.now)) {
      aggregate.append({ type: `${subjectType}.metadata.removed`, payload: { namespace, key } })
      draft.expectEntry({ ...subject, namespace, key }, before.sequence, aggregate)
      draft.removeEntries({ key: { ...subject, namespace, key } })
    } else if (ruled?.rules.keys.get(key)?.unique && !ruled.isNew && !changed.has(key)) {
      draft.expectEntry({ subjectType, subjectId, namespace, key }, before?.sequence, aggregate)
    }
    const event = aggregate.append(metadataSet(subjectType, namespace, key, value))
    first ??= event
    draft.putEntry({ subjectType, subjectId, namespace, key }, value, event)
    changed.add(key)
  }
  if (first !== undefined && isRemembered(namespace) && !marked) {
    const mark = markKey(subject, namespace)
    // Of two first writes only one makes the mark, as in the log.
    draft.expectEntry(mark, undefined, aggregate)
    draft.putEntry(mark, markValue, first)
  }
  if (ruled !== undefined) moveClaims(draft, subject, ruled, change, present, changed)
  return [...changed]
}

/** Whether clearing and setting comes to what is there. */
function holdsExactly(
  present: ReadonlyMap<string, EntryRecord>,
  { set, remove }: ParsedMetadataChange,
  ruled: RuledChange | undefined,
): boolean {
  if (remove.length > 0 || new Set(set.map(([key]) => key)).size !== present.size) return false
  return set.every(([key, value]) => {
    const before = present.get(key)
    return before !== undefined && sameValue(before.value, value) && !isRenewed(before, ruled)
  })
}
