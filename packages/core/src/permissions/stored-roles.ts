import type { Core } from '../core'
import type { MemberRecord } from '../storage/records'
import { isBuiltInPermission, type RoleTable } from './role-table'

type Held = Pick<MemberRecord, 'roles'>

/**
 * Roles to decide a permission by: those of the table, and of the roles that were created those that `memberships` hold.
 * Read only where they can matter: they never grant a built-in permission.
 */
export async function rolesFor(
  core: Core,
  memberships: readonly Held[],
  permission: string,
): Promise<Pick<RoleTable, 'has' | 'grants'>> {
  const { roles: table } = core
  if (isBuiltInPermission(permission)) return table
  const ids = createdRoleIds(table, memberships)
  if (ids.length === 0) return table
  const records = await Promise.all(ids.map((roleId) => core.read({ read: 'record', kind: 'role', key: { roleId } })))
  const granting = new Set(records.flatMap((role) => (role?.permissions.includes(permission) ? [role.roleId] : [])))
  return {
    has: table.has,
    grants: (role, asked, level) => table.grants(role, asked, level) || (asked === permission && granting.has(role)),
  }
}

/** Of the roles held those that are neither built in nor the host's. */
export function createdRoleIds(table: RoleTable, memberships: readonly Held[]): readonly string[] {
  return [...new Set(memberships.flatMap(({ roles }) => roles.filter((role) => !table.has(role))))]
}
