import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { allOf } from '../permissions/all-of'
import { requirePermission } from '../permissions/check-permission'
import type { Role } from './role'

export function readRole(core: Core, roleId: string): Promise<Role | undefined> {
  return core.read({ read: 'record', kind: 'role', key: { roleId } })
}

/**
 * Answers a role, `undefined` when there is none of that id.
 *
 * @throws {@link PermissionDeniedError} without `iam.policy.read`.
 */
export async function findRole(core: Core, actor: Actor, roleId: string): Promise<Role | undefined> {
  const [, role] = await allOf(requirePermission(core, actor, 'iam.policy.read'), readRole(core, roleId))
  return role
}

/**
 * Answers a role.
 *
 * @throws {@link PermissionDeniedError} without `iam.policy.read`.
 * @throws {@link NotFoundError} when there is none of that id.
 */
export async function getRole(core: Core, actor: Actor, roleId: string): Promise<Role> {
  const role = await findRole(core, actor, roleId)
  if (role === undefined) throw new NotFoundError('role', roleId)
  return role
}
