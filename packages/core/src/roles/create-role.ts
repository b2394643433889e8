import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { id, parseInput } from '../input'
import { requirePermission } from '../permissions/check-permission'
import type { Written } from '../written'
import { evolveRole, roleIdClaim, roleKey, roleNameClaim } from './role'
import { roleDescription, roleName, rolePermissions } from './role-input'

const CreateRoleInput = v.strictObject({
  roleId: v.optional(id),
  name: roleName,
  description: v.optional(roleDescription, null),
  permissions: v.optional(rolePermissions, []),
})

export interface CreateRoleInput {
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  readonly roleId?: string
  /** 1 to 200 characters, unique in the instance whatever their case. */
  readonly name: string
  /** At most 1000 characters. */
  readonly description?: string | null
  /** What it grants: at most 1000 permissions of the host's own naming, none of them a built-in one. */
  readonly permissions?: readonly string[]
}

export interface CreatedRole extends Written {
  readonly roleId: string
}

/**
 * Creates a role that members of the instance and of every org can be given.
 *
 * @throws {@link InvalidInputError} when `input` does not match, or for a permission that a built-in role grants.
 * @throws {@link PermissionDeniedError} without `iam.policy.write`.
 * @throws {@link AlreadyExistsError} `role_name`, or `role_id` when a role has or had that id, or is built in or the
 * host's under it.
 */
export async function createRole(core: Core, actor: Actor, input: CreateRoleInput): Promise<CreatedRole> {
  const { roleId = core.newId(), ...payload } = parseInput(CreateRoleInput, input)

  return core.write(actor, async (draft) => {
    await requirePermission(core, actor, 'iam.policy.write')
    if (core.roles.has(roleId)) throw new AlreadyExistsError('role_id')
    const aggregate = draft.aggregate(roleKey(roleId), { owner: '', expect: 'new', revise: true })
    const role = evolveRole(undefined, aggregate.append({ type: 'role.added', payload }))
    if (role !== undefined) draft.put('role', role)
    const owner = { ownerType: 'role', ownerId: roleId } as const
    draft.takeClaim({ ...roleIdClaim(roleId), ...owner })
    draft.takeClaim({ ...roleNameClaim(payload.name), ...owner })
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        roleId,
        orgId: '',
        sequence: sequenceOf(aggregate.index),
        createdAt: at,
        changedAt: at,
      }),
    }
  })
}
