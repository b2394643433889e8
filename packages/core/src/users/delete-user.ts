import type { Actor } from '../actor'
import type { Core } from '../core'
import { requireVersion } from '../expected-version'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftIdentityRemoval, draftLinkInOrg, readIdentities } from './draft-identities'
import { answerOfUser, draftUserAggregate } from './draft-user-change'
import { draftUserRemoval, readUserBelongings } from './draft-user-removal'
import { loadUserForChange } from './load-user'
import { type DeleteUserOptions, draftOffer, parseOffer } from './offer-undelete'

/**
 * Removes a user with its metadata, access tokens, memberships, and the identities that are linked to it. All names are
 * free at once; the history stays. With a time to undelete it is gone just as well, and {@link undeleteUser} brings it back.
 *
 * @throws {@link InvalidInputError} for a time to undelete that is none or over.
 * @throws {@link PermissionDeniedError} without `user.delete`; for the caller itself, where the call works wherever its
 * subjects live, `user.self.delete` will do.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function deleteUser(
  core: Core,
  actor: Actor,
  userId: string,
  options?: DeleteUserOptions,
): Promise<Written> {
  const offer = parseOffer(core, options)
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
    const belongings = await readUserBelongings(core, userId)
    const identities = await linked
    if (offer === undefined) {
      draftUserRemoval(core, draft, drafted, user, belongings)
      for (const identity of identities) draftIdentityRemoval(core, draft, user, identity)
    } else {
      const { names } = offer
      // Whoever deletes the org has to see what is linked in it.
      const org = identities.length === 0 ? undefined : draftLinkInOrg(draft, user.orgId)
      const kept = names === 'held' ? { ...belongings, claims: [] } : belongings
      draftUserRemoval(core, draft, drafted, user, kept, org)
      draftOffer(core, draft, drafted, user, belongings, identities, offer)
    }
    return {
      draft,
      answer: answerOfUser(drafted, user),
    }
  })
}
