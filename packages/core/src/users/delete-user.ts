import { accessTokenClaim } from '../access-tokens/access-token'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { requireVersion, type WriteOptions } from '../expected-version'
import { memberChange } from '../members/member'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftUserAggregate, draftUserEvents } from './draft-user-change'
import { loadUserForChange } from './load-user'
import { fact } from './user'

/**
 * Removes a user with its metadata, access tokens and memberships. Its names are free at once; its history stays.
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
    const membershipsRead = core.read({ read: 'memberships', userId })
    membershipsRead.catch(() => undefined)
    const { user, aggregate } = await loading
    const version = requireVersion(aggregate, options)
    const memberships = await membershipsRead
    const tokens = await core.search({
      kind: 'accessToken',
      filter: { op: 'equals', field: 'userId', value: userId },
      offset: 0,
      limit: Number.MAX_SAFE_INTEGER,
      count: false,
    })

    // Memberships revise a user without an event of its own, so a version alone would not do.
    const expect = { revision: aggregate.revision, ...version }
    const drafted = draftUserAggregate(draft, user, expect, { revise: true, removes: true })
    draftUserEvents(core, draft, drafted, user, [fact('user.removed')])
    draft.removeEntries({ of: { subjectType: 'user', subjectId: userId } })
    draft.remove({ kind: 'accessToken', ofUser: userId })
    for (const { hash } of tokens.items) draft.releaseClaim(accessTokenClaim(hash))
    draft.remove({ kind: 'member', ofUser: userId })
    for (const membership of memberships) {
      const { aggregate: key, owner, claim, event } = memberChange(core.instanceId, membership)
      draft.aggregate(key, { owner, expect: 'live', revise: false }).append(event('cascade.removed', { userId }))
      draft.releaseClaim(claim)
    }
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
