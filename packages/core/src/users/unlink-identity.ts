import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { scopeOf } from '../permissions/permission-scope'
import { draftIdentities, draftLinkInOrg, draftUnlinked, readIdentities } from './draft-identities'
import { answerOfUser, draftUserAggregate, draftUserEvents } from './draft-user-change'
import { decideUser, evolveIdentities, identityClaims } from './identity'
import type { IdentitiesWritten } from './link-identity'
import { loadUserForChange } from './load-user'

/**
 * Makes an identity a user of its own again, with the profile and in the state in which it was linked: who was locked
 * still is. It came into being now, and has neither metadata nor memberships.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org, or no such identity is linked to it.
 * @throws {@link InvalidStateError} `identity_is_primary` for a user and itself.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the user has to whom it is linked.
 */
export function unlinkIdentity(
  core: Core,
  actor: Actor,
  userId: string,
  identityId: string,
  options?: WriteOptions,
): Promise<IdentitiesWritten> {
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write')
    const loading = loadUserForChange(core, permitted, userId)
    const reading = readIdentities(core, userId)
    reading.catch(() => undefined)
    const { user, aggregate } = await loading
    const version = requireVersion(aggregate, options)
    if (userId === identityId) throw new InvalidStateError('identity_is_primary')
    const identities = await reading
    const identity = identities.find((linked) => linked.userId === identityId)
    if (identity === undefined) throw new NotFoundError('identity', identityId)

    const { orgId } = user
    const expect = { revision: aggregate.revision, ...version }
    const drafted = draftUserAggregate(draft, user, expect, { revise: true })
    const removed = drafted.append({ type: 'user.identity.removed', payload: { userId: identityId } })
    const left = evolveIdentities(identities, removed)
    draftIdentities(draft, userId, left, removed)

    const created = draftUserAggregate(draft, { userId: identityId, orgId }, 'new', { revise: true })
    draftUnlinked(draft, created, identityId, userId)
    // The identity holds them already.
    for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) draft.releaseClaim(claim)
    draftUserEvents(core, draft, created, undefined, decideUser(identity))
    draftLinkInOrg(draft, orgId)
    return {
      draft,
      answer: (committed) => ({ ...answerOfUser(drafted, user)(committed), identities: left }),
    }
  })
}
