import type { Actor } from '../actor'
import { CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { isStorable } from '../input'
import { answerUnchanged } from './answer-unchanged'
import type { MetadataWritten } from './apply-metadata'
import { draftMetadata, type ParsedMetadataChange } from './draft-metadata'
import { isRemembered } from './metadata'
import { type MetadataSubject, type MetadataTarget, permitSubject } from './metadata-subject'

/**
 * Whether a change can be decided as if nothing was stored, since what depends on it a storage can tell: that the subject
 * is there, and which entries hold their values already. Nobody has to be asked for a permission either.
 */
export function needsNoRead(
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  { set, remove, clear }: ParsedMetadataChange,
): target is MetadataSubject {
  if (actor.type !== 'system' || actor.orgId !== undefined) return false
  if (target.subjectId === undefined || !isStorable(target.subjectId) || isRemembered(namespace)) return false
  return set.length > 0 && remove.length === 0 && !clear && new Set(set.map(([key]) => key)).size === set.length
}

/**
 * Sets entries in the one statement that also looks at them. `undefined`: it takes reads after all.
 *
 * @throws {@link NotFoundError} when there is no such subject.
 */
export async function setUnread(
  core: Core,
  actor: Actor,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<MetadataWritten | undefined> {
  const { subjectType, subjectId } = subject
  let keys: readonly string[] = []
  const outcome = await core.writeUnread?.(actor, () => {
    const draft = new CommitDraft()
    const drafted = draft.aggregate({ type: subjectType, id: subjectId }, { owner: '', expect: 'live', revise: false })
    keys = draftMetadata(draft, drafted, subject, namespace, change, [])
    return draft
  })
  switch (outcome?.outcome) {
    case 'applied': {
      const { at, owner, put, sequences, createdAt = at } = outcome
      return {
        sequence: sequences[0]!,
        createdAt,
        changedAt: at,
        orgId: owner,
        changed: put.map((place) => keys[place]!),
      }
    }
    case 'unchanged': {
      const { owner, createdAt } = outcome
      const permitted = permitSubject(core, actor, subject, namespace, 'write')
      return answerUnchanged(core, permitted, { owner, aggregate: outcome, createdAt }, subject, namespace)
    }
    case 'missing':
      throw new NotFoundError(subjectType, subjectId)
    default:
      return undefined
  }
}
