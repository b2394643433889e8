import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { Written } from '../written'
import { changeOrgState } from './change-org-state'
import type { Org } from './org'

export function decideDeactivateOrg({ state }: Pick<Org, 'state'>): 'org.deactivated' {
  if (state === 'inactive') throw new InvalidStateError('org_already_inactive')
  return 'org.deactivated'
}

/**
 * Users of an org that is deactivated may not call any more, from the next call on; others may still work in it. The
 * default org is an org like any other here.
 *
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link InvalidStateError} when it is inactive already.
 */
export function deactivateOrg(core: Core, actor: Actor, orgId?: string): Promise<Written> {
  return changeOrgState(core, actor, orgId, decideDeactivateOrg)
}
