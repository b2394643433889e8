import type { CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { NotFoundError } from '../errors/not-found-error'
import type { PresumedCaller } from '../permissions/create-unread'
import type { PermissionScope } from '../permissions/permission-scope'

/**
 * The org that shall own what is created: the one named, the one the call works in, or the default org.
 *
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link PermissionDeniedError} when it may see the org, but not do this there.
 * @throws {@link InvalidInputError} when none is named and the directory has no default org.
 */
export async function ownerOrgOf(core: Core, scope: PermissionScope, named: string | undefined): Promise<string> {
  const orgId = named ?? scope.orgId
  if (orgId !== undefined) {
    if (!scope.admits(orgId)) throw new NotFoundError('org', orgId)
    return orgId
  }
  const instance = await core.read({ read: 'record', kind: 'instance', key: {} })
  if (instance === undefined) throw new InvalidInputError('orgId', 'must be given: the directory has no default org')
  return instance.defaultOrgId
}

/**
 * The same of a caller that has yet to be read. Throws for an org that the call does not work in: only reads tell what it is
 * refused for.
 */
export function presumedOwner({ actor, homeOrgId }: PresumedCaller, named: string | undefined): string {
  const orgId = actor.orgId ?? homeOrgId
  if (named !== undefined && named !== orgId) throw new NotFoundError('org', named)
  return orgId
}

/** Lets the commit fail when the org is gone by then. */
export function draftOwnerOrg(draft: CommitDraft, orgId: string): void {
  draft.aggregate({ type: 'org', id: orgId }, { owner: orgId, expect: 'live', revise: false })
}
