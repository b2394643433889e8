import type { ActingDirectory, Member, Role } from '@indwell/core'
import { findRoles } from './find-roles'

/** Place of a membership: an organization's id, or `undefined` for roles that a user holds in the whole tenant. */
export type RolePlace = string | undefined

/** The roles of this face among those that each of `members` holds, in their order, read in one go. */
export async function rolesOfMembers(
  directory: ActingDirectory,
  members: readonly Pick<Member, 'roles'>[],
): Promise<readonly (readonly Role[])[]> {
  const ids = [...new Set(members.flatMap(({ roles }) => roles))]
  const found = new Map((await findRoles(directory, ids)).map((role) => [role.roleId, role]))
  return members.map(({ roles }) =>
    roles.flatMap((id) => {
      const role = found.get(id)
      return role === undefined ? [] : [role]
    }),
  )
}

/** The roles of this face that a user holds in one place. A membership that is over holds none. */
export async function rolesHeld(
  directory: ActingDirectory,
  userId: string,
  place: RolePlace,
  now: number,
): Promise<readonly Role[]> {
  const memberships = await directory.users.memberships(userId)
  const member = memberships.find(({ level, orgId }) => (place === undefined ? level === 'instance' : orgId === place))
  if (member === undefined || (member.expiresAt !== null && member.expiresAt <= now)) return []
  const [roles = []] = await rolesOfMembers(directory, [member])
  return roles
}
