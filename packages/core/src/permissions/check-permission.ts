import type { Actor, UserActor } from '../actor'
import type { Core } from '../core'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import type { Principal } from '../storage/read'
import type { MemberRecord } from '../storage/records'
import { readPrincipal, requireActive } from './principal'
import { isBuiltInPermission, type RoleTable } from './role-table'
import { rolesFor } from './stored-roles'

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

/** Where a permitted call works: in one org, or in no one alone. */
export interface CallScope {
  readonly orgId: string | undefined
}

interface Decision {
  readonly answer: PermissionAnswer
  readonly scope: CallScope
}

/**
 * Decides whether a caller may do what `permission` names, from data that is read for this call.
 *
 * A caller's memberships in the instance count everywhere, those in an org only where the call works in that org alone.
 *
 * @throws {@link UnauthenticatedError} when the caller does not exist, is not active, or its org is not.
 */
export async function checkPermission(core: Core, actor: Actor, permission: string): Promise<PermissionAnswer> {
  return (await decidePermission(core, actor, permission)).answer
}

/**
 * Answers where the call works. For what no org owns: what an org owns is for `scopeOf`, since a call that works wherever
 * its subjects live holds here what it holds in the instance.
 *
 * @throws {@link PermissionDeniedError} when the caller may not.
 * @throws {@link UnauthenticatedError} as {@link checkPermission}.
 */
export async function requirePermission(core: Core, actor: Actor, permission: string): Promise<CallScope> {
  const { answer, scope } = await decidePermission(core, actor, permission)
  requireAllowed(permission, answer)
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
  const principal = requireActive(core, actor, await readPrincipal(core, actor))
  const scope = scopeOfCall(actor, principal)
  if (principal.contextOrg === undefined) throw new PermissionDeniedError('authenticated', 'unknown_org')
  return scope
}

async function decidePermission(core: Core, actor: Actor, permission: string): Promise<Decision> {
  if (actor.type === 'system') return { answer: { allowed: true, via: 'system' }, scope: { orgId: actor.orgId } }
  const principal = requireActive(core, actor, await readPrincipal(core, actor))
  const scope = scopeOfCall(actor, principal)
  const roles = isBuiltInPermission(permission) ? core.roles : await rolesFor(core, principal.memberships, permission)
  return { answer: decideFromMemberships(roles, principal, scope, permission, core.now()), scope }
}

export function scopeOfCall(actor: UserActor, principal: Principal): CallScope {
  return { orgId: actor.across === undefined ? (actor.orgId ?? principal.user.orgId) : undefined }
}

/** @throws {@link PermissionDeniedError} for an answer that denies. */
export function requireAllowed(permission: string, answer: PermissionAnswer): void {
  if (!answer.allowed) throw new PermissionDeniedError(permission, answer.reason)
}

/**
 * The pure part.
 *
 * A membership in the instance that holds nothing but roles that were created reaches no org: whoever the host gave a
 * role of its own shall not learn by it what exists where.
 */
export function decideFromMemberships(
  roles: Pick<RoleTable, 'has' | 'grants'>,
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
    if (level === 'org' || held.length === 0 || held.some(roles.has)) reaches = true
    for (const role of held) {
      if (roles.grants(role, permission, level)) return { allowed: true, via: { level, orgId, role } }
    }
  }
  return { allowed: false, reason: reaches ? 'missing_permission' : 'no_membership' }
}
