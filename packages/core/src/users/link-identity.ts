import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { allOf } from '../permissions/all-of'
import { type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftIdentities, draftLinkInOrg, readIdentities } from './draft-identities'
import { answerOfUser, draftUserAggregate } from './draft-user-change'
import { draftUserRemoval, readUserBelongings } from './draft-user-removal'
import {
  evolveIdentities,
  identityClaims,
  identityOf,
  type LinkedIdentity,
  linkedToOther,
  linkKey,
  maxIdentities,
} from './identity'
import { loadUserForChange, readUser, readUserAggregate, requireUser } from './load-user'

export interface IdentitiesWritten extends Written {
  /** What is linked to the user now, in the order in which it was. */
  readonly identities: readonly LinkedIdentity[]
}

/**
 * Makes one user an identity of another one of its org. It is no user any more then: it is in no list, its metadata,
 * memberships and tokens are gone, and nothing is merged. Its id, its user name, and in its connection its e-mail and its
 * username stay taken, so that {@link unlinkIdentity} can always make it a user again.
 *
 * @param identityId - Id of the user that becomes an identity.
 * @throws {@link PermissionDeniedError} without `user.write` for both users and `user.delete` for the one that goes.
 * @throws {@link NotFoundError} when one of them does not exist in the org.
 * @throws {@link InvalidStateError} `identity_already_linked`, to whomever; `identity_is_primary` for a user and itself;
 * `identity_of_other_org`; `identity_has_identities`; `user_not_human`.
 * @throws {@link LimitExceededError} when more than 100 would be linked to the user.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the user has to whom is linked.
 */
export function linkIdentity(
  core: Core,
  actor: Actor,
  userId: string,
  identityId: string,
  options?: WriteOptions,
): Promise<IdentitiesWritten> {
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write')
    const deletable = scopeOf(core, actor, 'user.delete')
    const loading = loadUserForChange(core, permitted, userId)
    const loadingOther = loadOther(core, Promise.all([permitted, deletable]), identityId)
    const reading = Promise.all([readIdentities(core, userId), readIdentities(core, identityId)])
    for (const promise of [deletable, loadingOther, reading]) promise.catch(() => undefined)
    const { user, aggregate } = await loading
    const other = await loadingOther
    const version = requireVersion(aggregate, options)
    const [identities, nested] = await reading
    if (userId === identityId) throw new InvalidStateError('identity_is_primary')
    if (user.type !== 'human' || other.user.type !== 'human') throw new InvalidStateError('user_not_human')
    if (user.orgId !== other.user.orgId) throw new InvalidStateError('identity_of_other_org')
    if (nested.length > 0) throw new InvalidStateError('identity_has_identities')
    if (identities.length >= maxIdentities) {
      throw new LimitExceededError('user.identities', maxIdentities, identities.length + 1)
    }

    const { orgId } = user
    const expect = { revision: aggregate.revision, ...version }
    const drafted = draftUserAggregate(draft, user, expect, { revise: true })
    const identity = identityOf(other.user)
    const added = drafted.append({ type: 'user.identity.added', payload: identity })
    const linked = evolveIdentities(identities, added)
    draftIdentities(draft, userId, linked, added)

    const expectOther = { revision: other.aggregate.revision }
    const removed = draftUserAggregate(draft, other.user, expectOther, { revise: true, removes: true })
    const org = draftLinkInOrg(draft, orgId)
    draftUserRemoval(core, draft, removed, other.user, await readUserBelongings(core, identityId), org)
    // Released with the user, and taken back: they are still the identity's.
    for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) {
      draft.takeClaim({ ...claim, ownerType: 'user', ownerId: identityId })
    }
    const link = removed.append({ type: 'user.linked', payload: { userId } })
    draft.putEntry(linkKey(identityId), { json: JSON.stringify(userId) }, link)
    return {
      draft,
      answer: (committed) => ({ ...answerOfUser(drafted, user)(committed), identities: linked }),
    }
  })
}

/**
 * The user that shall become an identity.
 *
 * @throws {@link InvalidStateError} `identity_already_linked` where the call may know that it is one.
 */
async function loadOther(core: Core, permitted: Promise<readonly PermissionScope[]>, identityId: string) {
  const numbered = readUserAggregate(core, identityId)
  const linking = core.read({ read: 'entry', key: linkKey(identityId) })
  const [scopes, aggregate, found, link] = await allOf(permitted, numbered, readUser(core, identityId), linking)
  const isLinked = link !== undefined && linkedToOther(link) !== undefined
  if (found === undefined && isLinked && scopes.every((scope) => scope.admits(link.orgId))) {
    throw new InvalidStateError('identity_already_linked')
  }
  for (const scope of scopes) requireUser(found, identityId, scope)
  if (aggregate === undefined || found === undefined) throw new NotFoundError('user', identityId)
  return { user: found, aggregate }
}
