import type { Actor } from '../actor'
import type { Core, Plan } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { erased, isErased } from '../history/folded-event'
import { scrubUser } from '../history/scrub-user'
import { carriedIdentities, subjectLog } from '../history/subject-log'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftIdentityRemoval, readIdentities } from './draft-identities'
import { answerOfUser, draftUserAggregate } from './draft-user-change'
import { draftUserRemoval, readUserBelongings } from './draft-user-removal'
import { linkedToOther, linkKey } from './identity'
import { draftEndOfKept, readDeletedUser } from './kept-of-deleted'
import { readUser, readUserAggregate, requireUser } from './load-user'

/**
 * Removes a user as `delete` does, and all that its events tell of it, also of a user that was removed before: of its log, and
 * of those of the identities linked to it, the event `user.erased` alone is left. The id stays where others' events name it.
 *
 * What goes from the log goes behind the write, so who was told of an error calls again: what was done already is not done
 * twice.
 *
 * @throws {@link PermissionDeniedError} without `user.delete`; for the caller itself, where the call works wherever its
 * subjects live, `user.self.delete` will do.
 * @throws {@link NotFoundError} when there is no such user in the org, nor ever was.
 * @throws {@link InvalidStateError} `identity_already_linked` for what is an identity of another user: erase that, or unlink it.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function eraseUser(core: Core, actor: Actor, userId: string, options?: WriteOptions): Promise<Written> {
  const written = await core.write(actor, async (draft): Promise<Plan<Written>> => {
    const permitted = scopeOf(core, actor, 'user.delete', { self: 'user.self.delete' })
    const [scope, aggregate, user, linked, link, deleted] = await allOf(
      permitted,
      readUserAggregate(core, userId),
      readUser(core, userId),
      readIdentities(core, userId),
      core.read({ read: 'entry', key: linkKey(userId) }),
      readDeletedUser(core, userId),
    )
    if (aggregate === undefined || !scope.admits(aggregate.owner, userId)) throw new NotFoundError('user', userId)
    if (linkedToOther(link) !== undefined) throw new InvalidStateError('identity_already_linked')
    const version = requireVersion(aggregate, options)
    const { owner: orgId, sequence, changedAt } = aggregate

    if (aggregate.live) {
      const live = requireUser(user, userId, scope)
      const expect = { revision: aggregate.revision, ...version }
      const drafted = draftUserAggregate(draft, live, expect, { revise: true, removes: true })
      draftUserRemoval(core, draft, drafted, live, await readUserBelongings(core, userId))
      drafted.append(erased)
      for (const identity of linked) draftIdentityRemoval(core, draft, live, identity).append(erased)
      return {
        draft,
        answer: answerOfUser(drafted, live),
      }
    }
    if (deleted !== undefined) {
      const { drafted, identities } = await draftEndOfKept(core, draft, deleted, link, erased)
      for (const identity of identities) identity.append(erased)
      return {
        draft,
        answer: ({ at, sequenceOf }) => ({ sequence: sequenceOf(drafted.index), createdAt: at, changedAt: at, orgId }),
      }
    }
    for (const id of [userId, ...(await linkedWhenRemoved(core, userId))]) {
      if (await isToBeErased(core, id)) {
        draftUserAggregate(draft, { userId: id, orgId }, 'new', { revise: true, removes: true }).append(erased)
      }
    }
    if (!draft.hasEvents) return { answer: { sequence, createdAt: changedAt, changedAt, orgId } }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({ sequence: sequenceOf(0), createdAt: at, changedAt: at, orgId }),
    }
  })
  await scrubUser(core, userId)
  return written
}

/** What went with a user when it was removed. */
async function linkedWhenRemoved(core: Core, userId: string): Promise<readonly string[]> {
  const linked = new Set<string>()
  const types = ['user.human.added', 'user.identity.added', 'user.identity.removed', 'user.history.folded']
  for await (const event of subjectLog(core, { type: 'user', id: userId }, { types })) {
    const { userId: other } = event.payload as { readonly userId?: string }
    if (event.type === 'user.identity.removed') linked.delete(other!)
    else if (event.type === 'user.identity.added') linked.add(other!)
    else linked.clear()
    for (const identity of carriedIdentities(event)) linked.add(identity)
  }
  linked.delete(userId)
  return [...linked]
}

/** Gone, and more left of it than that. */
async function isToBeErased(core: Core, userId: string): Promise<boolean> {
  const key = { type: 'user', id: userId } as const
  const [aggregate, link, [last]] = await Promise.all([
    core.read({ read: 'aggregate', key }),
    core.read({ read: 'entry', key: linkKey(userId) }),
    core.readLog({ aggregate: key, descending: true, limit: 1 }),
  ])
  return aggregate?.live === false && link === undefined && last !== undefined && !isErased(last)
}
