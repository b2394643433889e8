import type { Actor } from '../actor'
import type { Core } from '../core'
import { isStorable } from '../input'
import type { Permit } from '../storage/commit'
import type { MemberLevel } from '../storage/records'
import type { RoleTable } from './role-table'

/**
 * What a storage has to hold a call to that asks for `permission` in one org, as `scopeOf` and `admits` do; `undefined` for
 * calls that work elsewhere. It may hold too little, never too much.
 *
 * @param permission - A built-in one: roles that were created grant none of these.
 */
export function permitOf({ roles }: Pick<Core, 'roles'>, actor: Actor, permission: string): Permit | undefined {
  if (actor.type !== 'user' || actor.across !== undefined) return undefined
  const { userId, orgId } = actor
  if (!isStorable(userId) || (orgId !== undefined && !isStorable(orgId))) return undefined
  const granting = rolesGranting(roles, permission)
  return orgId === undefined ? { userId, roles: granting } : { userId, orgId, roles: granting }
}

const known = new WeakMap<RoleTable, Map<string, Permit['roles']>>()

function rolesGranting(roles: RoleTable, permission: string): Permit['roles'] {
  const ofTable = known.get(roles) ?? new Map<string, Permit['roles']>()
  known.set(roles, ofTable)
  const granting = ofTable.get(permission) ?? grantingIn(roles, permission)
  ofTable.set(permission, granting)
  return granting
}

function grantingIn({ names, grants }: RoleTable, permission: string): Permit['roles'] {
  const heldAt = (level: MemberLevel) => names.filter((role) => grants(role, permission, level))
  return { instance: heldAt('instance'), org: heldAt('org') }
}
