import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import type { WriteOptions } from '../expected-version'
import { parseInput } from '../input'
import type { Written } from '../written'
import { draftRoleAggregate, loadRoleForChange, roleWritten } from './load-role'
import { evolveRole, type Role, roleNameClaim } from './role'
import { roleDescription, roleName, rolePermissions } from './role-input'

const UpdateRoleInput = v.strictObject({
  name: v.optional(roleName),
  description: v.optional(roleDescription),
  permissions: v.optional(rolePermissions),
})
type Members = v.InferOutput<typeof UpdateRoleInput>

export interface RoleUpdate {
  readonly name?: string
  readonly description?: string | null
  /** Replaces the whole list; what it no longer names is gone from the next call on. */
  readonly permissions?: readonly string[]
}

/**
 * Changes a role. What equals the stored state writes nothing.
 *
 * @throws {@link InvalidInputError} when `update` does not match, or for a permission that a built-in role grants.
 * @throws {@link PermissionDeniedError} without `iam.policy.write`.
 * @throws {@link NotFoundError} when there is no such role.
 * @throws {@link AlreadyExistsError} `role_name`.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the role has.
 */
export async function updateRole(
  core: Core,
  actor: Actor,
  roleId: string,
  update: RoleUpdate,
  options?: WriteOptions,
): Promise<Written> {
  const members = parseInput(UpdateRoleInput, update)

  return core.write(actor, async (draft) => {
    const loaded = await loadRoleForChange(core, actor, 'iam.policy.write', roleId, options)
    const { role } = loaded
    const payload = changedMembers(role, members)
    if (Object.keys(payload).length === 0) {
      const { sequence, createdAt, changedAt } = role
      return { answer: { sequence, createdAt, changedAt, orgId: '' } }
    }
    const drafted = draftRoleAggregate(draft, loaded, false)
    const after = evolveRole(role, drafted.append({ type: 'role.changed', payload }))
    if (after !== undefined) draft.put('role', after)
    if (payload.name !== undefined) {
      draft.releaseClaim(roleNameClaim(role.name))
      draft.takeClaim({ ...roleNameClaim(payload.name), ownerType: 'role', ownerId: roleId })
    }
    return { draft, answer: roleWritten(drafted, role) }
  })
}

function changedMembers(role: Role, { name, description, permissions }: Members) {
  return {
    ...(name !== undefined && name !== role.name && { name }),
    ...(description !== undefined && description !== role.description && { description }),
    ...(permissions !== undefined &&
      JSON.stringify(permissions) !== JSON.stringify(role.permissions) && { permissions }),
  }
}
