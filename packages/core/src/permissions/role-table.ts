import type { MemberLevel } from '../storage/records'
import { builtInRoles } from './built-in-roles'

/**
 * Role names and the permissions each grants.
 *
 * `level` is where the role is held; default `instance`. Held in an org no role grants what of the built-in ones only those
 * of the instance grant, such as `iam.write`: whoever gives out an org's roles could reach beyond the org with it.
 */
export interface RoleTable {
  readonly names: readonly string[]
  has(role: string): boolean
  /** Unknown roles grant nothing. */
  grants(role: string, permission: string, level?: MemberLevel): boolean
  permissionsOf(role: string, level?: MemberLevel): readonly string[]
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
  const counts = (permission: string, level: MemberLevel) => level === 'instance' || !instanceOnly.has(permission)
  return {
    names: [...permissions.keys()],
    has: (role) => permissions.has(role),
    grants: (role, permission, level = 'instance') =>
      counts(permission, level) && (permissions.get(role)?.has(permission) ?? false),
    permissionsOf: (role, level = 'instance') =>
      [...(permissions.get(role) ?? nothing)].filter((permission) => counts(permission, level)),
  }
}

const builtIn: ReadonlySet<string> = new Set(Object.values(builtInRoles).flat())

/** Whether some built-in role grants it: no role that was created ever does. */
export function isBuiltInPermission(permission: string): boolean {
  return builtIn.has(permission)
}

const grantedBelow = grantedBy((role) => !role.startsWith('IAM'))
const instanceOnly: ReadonlySet<string> = new Set(
  [...grantedBy((role) => role.startsWith('IAM'))].filter((permission) => !grantedBelow.has(permission)),
)

function grantedBy(matches: (role: string) => boolean): ReadonlySet<string> {
  return new Set(Object.entries(builtInRoles).flatMap(([role, granted]) => (matches(role) ? granted : [])))
}
