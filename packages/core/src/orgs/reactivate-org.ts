import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { Written } from '../written'
import { changeOrgState } from './change-org-state'
import type { Org } from './org'

export function decideReactivateOrg({ state }: Pick<Org, 'state'>): 'org.reactivated' {
  if (state === 'active') throw new InvalidStateError('org_already_active')
  return 'org.reactivated'
}

/**
 * Lets the users of an org call again. It takes a caller of another org: its own users cannot.
 *
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link InvalidStateError} when it is active already.
 */
export function reactivateOrg(core: Core, actor: Actor, orgId?: string): Promise<Written> {
  return changeOrgState(core, actor, orgId, decideReactivateOrg)
}
