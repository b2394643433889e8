import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { linkKey } from './identity'

/**
 * To be asked before a user is created under an id that was chosen.
 *
 * @param userId - Absent: one is made, which nobody had.
 * @throws {@link AlreadyExistsError} `user_id` when it is the id of an identity that is linked to another user.
 */
export async function requireUnlinked(core: Core, userId: string | undefined): Promise<void> {
  if (userId === undefined) return
  const link = await core.read({ read: 'entry', key: linkKey(userId) })
  if (link !== undefined) throw new AlreadyExistsError('user_id')
}

/** Lets the commit fail when the id was linked since. */
export function expectUnlinked(draft: CommitDraft, aggregate: AggregateDraft, userId: string | undefined): void {
  if (userId !== undefined) draft.expectEntry(linkKey(userId), undefined, aggregate)
}
