import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { draftMetadata } from '../metadata/draft-metadata'
import { readForChange } from '../metadata/load-for-change'
import type { MetadataSubject } from '../metadata/metadata-subject'
import { everywhere } from '../permissions/permission-scope'
import { isExpired } from './expiry'
import type { NamespaceRules } from './metadata-rules'
import { nextSubjects } from './next-subjects'
import { movesClaims, ruleChange } from './ruled-change'

export interface RemoveExpiredOptions {
  /** Subjects that are looked at together, 1 to 1000. Default 500. */
  readonly batchSize?: number
  /** Ends it between two batches, with the signal's reason. What was removed until then stays so. */
  readonly signal?: AbortSignal
}

/** What {@link removeExpired} did. */
export interface ExpiredRemoved {
  /** Entries. */
  readonly removed: number
}

const sweeper: Actor = { type: 'system', reason: 'metadata expired' }

/**
 * Removes the entries that have expired, each with an event as any removal, and gives free what is unique. It looks at every
 * subject of a kind that has keys which expire. What others set anew meanwhile stays.
 *
 * @throws {@link InvalidInputError} for a batch of less than 1 or more than 1000 subjects.
 */
export async function removeExpired(
  core: Core,
  { batchSize = 500, signal }: RemoveExpiredOptions = {},
): Promise<ExpiredRemoved> {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000) {
    throw new InvalidInputError('batchSize', 'must be an integer from 1 to 1000')
  }
  let removed = 0
  for (const rules of core.metadataRules?.namespaces ?? []) {
    if (rules.expiringKeys.length === 0) continue
    let last: string | undefined
    do {
      signal?.throwIfAborted()
      const subjects = await nextSubjects(core, rules.subjectType, last, batchSize)
      const counts = await Promise.all(subjects.map((subject) => removeOf(core, rules, subject)))
      removed += counts.reduce((sum, count) => sum + count, 0)
      last = subjects.length < batchSize ? undefined : subjects.at(-1)?.subjectId
    } while (last !== undefined)
  }
  return { removed }
}

async function removeOf(core: Core, rules: NamespaceRules, subject: MetadataSubject): Promise<number> {
  const { subjectType, subjectId } = subject
  const { namespace, expiringKeys: keys } = rules
  const found = await core.read({ read: 'entries', subject, namespace, keys })
  if (!found.some((entry) => isExpired(rules, entry, core.now()))) return 0
  return core.write(sweeper, async (draft) => {
    const all = { set: [], remove: keys, clear: false, requirePresent: false, rules }
    // Read for this attempt: what was set anew in between is expired no more.
    const stored = await readForChange(core, subject, namespace, all)
    const gone = stored.filter((entry) => entry.namespace === namespace && isExpired(rules, entry, core.now()))
    const [first] = gone
    if (first === undefined) return { answer: 0 }
    const change = { ...all, remove: gone.map(({ key }) => key) }
    const owner = first.orgId
    const ruled = await ruleChange(core, sweeper, Promise.resolve(everywhere), owner, subject, change, gone)
    const drafted = draft.aggregate(
      { type: subjectType, id: subjectId },
      { owner, expect: 'live', revise: movesClaims(change) },
    )
    draftMetadata(draft, drafted, subject, namespace, change, stored, ruled)
    return { draft, answer: () => gone.length }
  })
}
