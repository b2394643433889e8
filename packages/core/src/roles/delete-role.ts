import type { Actor } from '../actor'
import type { Core } from '../core'
import type { WriteOptions } from '../expected-version'
import type { Written } from '../written'
import { draftRoleAggregate, loadRoleForChange, roleWritten } from './load-role'
import { roleNameClaim } from './role'

/**
 * Removes a role: it grants nothing from the next call on, and no member shows it any more. Its id stays taken, its name
 * is free.
 *
 * @throws {@link PermissionDeniedError} without `iam.policy.delete`.
 * @throws {@link NotFoundError} when there is no such role.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the role has.
 */
export function deleteRole(core: Core, actor: Actor, roleId: string, options?: WriteOptions): Promise<Written> {
  return core.write(actor, async (draft) => {
    const loaded = await loadRoleForChange(core, actor, 'iam.policy.delete', roleId, options)
    const { role } = loaded
    const drafted = draftRoleAggregate(draft, loaded, true)
    drafted.append({ type: 'role.removed', payload: {} })
    draft.remove({ kind: 'role', key: { roleId } })
    draft.releaseClaim(roleNameClaim(role.name))
    return { draft, answer: roleWritten(drafted, role) }
  })
}
