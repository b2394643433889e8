import { builtInRoles } from './built-in-roles'

/** Role names and the permissions each grants. */
export interface RoleTable {
  readonly names: readonly string[]
  /** Unknown roles grant nothing. */
  grants(role: string, permission: string): boolean
  permissionsOf(role: string): readonly string[]
}

/** ZITADEL's built-in roles and beside them the host's own, which may not take a built-in name. */
export function createRoleTable(hostRoles: Readonly<Record<string, readonly string[]>> = {}): RoleTable {
  const permissions = new Map<string, ReadonlySet<string>>()
  for (const [role, granted] of Object.entries(builtInRoles)) permissions.set(role, new Set(granted))
  for (const [role, granted] of Object.entries(hostRoles)) {
    if (permissions.has(role)) throw new TypeError(`the role ${role} is built in`)
    permissions.set(role, new Set(granted))
  }
  const nothing: ReadonlySet<string> = new Set()
  return {
    names: [...permissions.keys()],
    grants: (role, permission) => permissions.get(role)?.has(permission) ?? false,
    permissionsOf: (role) => [...(permissions.get(role) ?? nothing)],
  }
}
