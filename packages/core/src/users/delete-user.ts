import type { Actor } from '../actor'
import type { Core } from '../core'
import { requireVersion, type WriteOptions } from '../expected-version'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftIdentityRemoval, readIdentities } from './draft-identities'
import { draftUserAggregate } from './draft-user-change'
import { draftUserRemoval, readUserBelongings } from './draft-user-removal'
import { loadUserForChange } from './load-user'

/**
 * Removes a user with its metadata, access tokens, memberships, and the identities that are linked to it. All names are
 * free at once; the history stays.
 *
 * @throws {@link PermissionDeniedError} without `user.delete`; for the caller itself, where the call works wherever its
 * subjects live, `user.self.delete` will do.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export function deleteUser(core: Core, actor: Actor, userId: string, options?: WriteOptions): Promise<Written> {
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.delete', { self: 'user.self.delete' })
    const loading = loadUserForChange(core, permitted, userId)
    const linked = readIdentities(core, userId)
    linked.catch(() => undefined)
    const { user, aggregate } = await loading
    const version = requireVersion(aggregate, options)

    // Memberships revise a user without an event of its own, so a version alone would not do.
    const expect = { revision: aggregate.revision, ...version }
    const drafted = draftUserAggregate(draft, user, expect, { revise: true, removes: true })
    draftUserRemoval(core, draft, drafted, user, await readUserBelongings(core, userId))
    for (const identity of await linked) draftIdentityRemoval(core, draft, user, identity)
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(drafted.index),
        createdAt: user.createdAt,
        changedAt: at,
        orgId: user.orgId,
      }),
    }
  })
}
