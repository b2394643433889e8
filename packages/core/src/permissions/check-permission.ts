import type { Actor, UserActor } from '../actor'
import type { Core } from '../core'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import { UnauthenticatedError } from '../errors/unauthenticated-error'
import type { Principal } from '../storage/read'
import type { MemberRecord } from '../storage/records'
import type { RoleTable } from './role-table'

/** The grant that decided. */
export interface PermissionGrant {
  readonly level: MemberRecord['level']
  /** Empty for a grant in the instance. */
  readonly orgId: string
  readonly role: string
}

export type PermissionAnswer =
  | { readonly allowed: true; readonly via: PermissionGrant | 'system' }
  | { readonly allowed: false; readonly reason: PermissionDeniedError['reason'] }

/** Where a permitted call works: in one org, or in all of them. */
export interface CallScope {
  readonly orgId: string | undefined
}

/** Whether a call that works in `scope` may see what that org owns. */
export const owns = (scope: CallScope, orgId: string): boolean => scope.orgId === undefined || scope.orgId === orgId

interface Decision {
  readonly answer: PermissionAnswer
  readonly scope: CallScope
}

/**
 * Decides whether a caller may do what `permission` names, from data that is read for this call.
 *
 * A caller's memberships in the instance count everywhere, those in an org only where the call works in that org.
 *
 * @throws {@link UnauthenticatedError} when the caller does not exist, is not active, or its org is not.
 */
export async function checkPermission(core: Core, actor: Actor, permission: string): Promise<PermissionAnswer> {
  return (await decidePermission(core, actor, permission)).answer
}

/**
 * Answers where the call works.
 *
 * @throws {@link PermissionDeniedError} when the caller may not.
 * @throws {@link UnauthenticatedError} as {@link checkPermission}.
 */
export async function requirePermission(core: Core, actor: Actor, permission: string): Promise<CallScope> {
  const { answer, scope } = await decidePermission(core, actor, permission)
  if (!answer.allowed) throw new PermissionDeniedError(permission, answer.reason)
  return scope
}

/**
 * Answers where a call works that any active caller may make.
 *
 * @throws {@link PermissionDeniedError} when it names an org that does not exist.
 * @throws {@link UnauthenticatedError} as {@link checkPermission}.
 */
export async function requireAuthenticated(core: Core, actor: Actor): Promise<CallScope> {
  if (actor.type === 'system') return { orgId: actor.orgId }
  const principal = await requirePrincipal(core, actor)
  const scope = scopeOf(actor, principal)
  if (principal.contextOrg === undefined) throw new PermissionDeniedError('authenticated', 'unknown_org')
  return scope
}

async function decidePermission(core: Core, actor: Actor, permission: string): Promise<Decision> {
  if (actor.type === 'system') return { answer: { allowed: true, via: 'system' }, scope: { orgId: actor.orgId } }
  const principal = await requirePrincipal(core, actor)
  const scope = scopeOf(actor, principal)
  return { answer: decideFromMemberships(core.roles, principal, scope, permission, core.now()), scope }
}

async function requirePrincipal(core: Core, actor: UserActor): Promise<Principal> {
  const { userId, orgId } = actor
  const principal = await core.read({ read: 'principal', userId, ...(orgId === undefined ? {} : { orgId }) })
  if (principal === undefined) throw new UnauthenticatedError('unknown_user')
  // A user that has yet to be initialized has nothing it could have signed in with, but may be acted for.
  if (principal.user.state === 'inactive' || principal.user.state === 'locked') {
    throw new UnauthenticatedError('user_not_active')
  }
  if (principal.homeOrg !== 'active') throw new UnauthenticatedError('org_not_active')
  return principal
}

function scopeOf(actor: UserActor, principal: Principal): CallScope {
  return { orgId: actor.across === 'instance' ? undefined : (actor.orgId ?? principal.user.orgId) }
}

/** The pure part. */
export function decideFromMemberships(
  roles: RoleTable,
  principal: Principal,
  scope: CallScope,
  permission: string,
  now: number,
): PermissionAnswer {
  if (principal.contextOrg === undefined) return { allowed: false, reason: 'unknown_org' }
  let reaches = false
  for (const { level, orgId, roles: held, expiresAt } of principal.memberships) {
    if (expiresAt !== null && expiresAt <= now) continue
    if (level === 'org' && orgId !== scope.orgId) continue
    reaches = true
    for (const role of held) {
      if (roles.grants(role, permission, level)) return { allowed: true, via: { level, orgId, role } }
    }
  }
  return { allowed: false, reason: reaches ? 'missing_permission' : 'no_membership' }
}
