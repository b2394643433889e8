import type { Actor, UserActor } from '../actor'
import type { Core } from '../core'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import type { Principal } from '../storage/read'
import type { Filter } from '../storage/search'
import { decideFromMemberships, requireAllowed, scopeOfCall } from './check-permission'
import { readPrincipal, requireActive } from './principal'

/** What a call may do one thing to, which its permission decides by the org that owns it. */
export interface PermissionScope {
  /** The org that is meant where none is named; `undefined`: none in particular. */
  readonly orgId: string | undefined
  /** Orgs in which the permission is held. */
  readonly orgIds: 'all' | readonly string[]
  /** The caller, where being it is as good as holding the permission. */
  readonly selfId: string | undefined
  /** Whether the permission is held in that org, or over that very user. */
  includes(orgId: string, userId?: string): boolean
  /**
   * The same, but who is a member there without the permission may know what it is refused.
   *
   * @throws {@link PermissionDeniedError} `missing_permission`.
   */
  admits(orgId: string, userId?: string): boolean
}

export interface ScopeOptions {
  /**
   * Whether callers may do this to themselves without the permission: `true`, or where they hold another permission. Only
   * counts for calls that work wherever their subjects live.
   */
  readonly self?: boolean | string
}

/**
 * Asks for a permission on something that an org owns, which is read at the same time: a call that works in one org is
 * refused here, one that works wherever its subjects live once `admits` is asked about the owner. What no org owns is for
 * `requirePermission`, as are permissions of the host: roles that were created grant nothing else, and are not read here.
 *
 * @throws {@link PermissionDeniedError} when the caller may not do this anywhere the call works.
 * @throws {@link UnauthenticatedError} when the caller does not exist, is not active, or its org is not.
 */
export async function scopeOf(
  core: Core,
  actor: Actor,
  permission: string,
  options: ScopeOptions = {},
): Promise<PermissionScope> {
  if (actor.type === 'system') return actor.orgId === undefined ? everywhere : inOrg(actor.orgId)
  if (actor.across === 'orgs') {
    const principal = requireActive(core, actor, await readPrincipal(core, actor, 'all'))
    return whereverHeld(core, actor, principal, permission, options)
  }
  const principal = requireActive(core, actor, await readPrincipal(core, actor))
  const scope = scopeOfCall(actor, principal)
  requireAllowed(permission, decideFromMemberships(core.roles, principal, scope, permission, core.now()))
  return inOrg(scope.orgId)
}

function inOrg(only: string | undefined): PermissionScope {
  const includes = (orgId: string) => only === undefined || only === orgId
  return { orgId: only, orgIds: only === undefined ? 'all' : [only], selfId: undefined, includes, admits: includes }
}

/** Of a call that nothing has to be asked for any more. */
export const everywhere = inOrg(undefined)

function whereverHeld(
  core: Core,
  actor: UserActor,
  principal: Principal,
  permission: string,
  { self = false }: ScopeOptions,
): PermissionScope {
  if (principal.contextOrg === undefined) throw new PermissionDeniedError(permission, 'unknown_org')
  const now = core.now()
  const answerIn = (orgId: string | undefined, asked = permission) =>
    decideFromMemberships(core.roles, principal, { orgId }, asked, now)
  const isOwn = (orgId: string, userId: string | undefined) =>
    userId === actor.userId && (typeof self === 'string' ? answerIn(orgId, self).allowed : self)

  return {
    orgId: actor.orgId ?? principal.user.orgId,
    // Only lists ask, and who is a member of many orgs should not wait for it otherwise.
    get orgIds() {
      if (answerIn(undefined).allowed) return 'all' as const
      const memberOf = principal.memberships.flatMap(({ level, orgId }) => (level === 'org' ? [orgId] : []))
      return memberOf.filter((orgId) => answerIn(orgId).allowed)
    },
    selfId: self === true ? actor.userId : undefined,
    includes: (orgId, userId) => isOwn(orgId, userId) || answerIn(orgId).allowed,
    admits(orgId, userId) {
      const answer = answerIn(orgId)
      if (answer.allowed || isOwn(orgId, userId)) return true
      if (answer.reason === 'missing_permission') throw new PermissionDeniedError(permission, answer.reason)
      return false
    },
  }
}

/** The condition that an org in which the permission is held owns a record; `undefined` where that may be any org. */
export function inScope({ orgIds }: PermissionScope): Filter<'orgId'> | undefined {
  if (orgIds === 'all') return undefined
  const [only, ...others] = orgIds
  if (only !== undefined && others.length === 0) return { op: 'equals', field: 'orgId', value: only }
  return { op: 'in', field: 'orgId', values: orgIds }
}

/** Where a search is narrowed by conditions that all have to hold; by nothing where none is given. */
export function narrowedBy<Field extends string, Other>(
  ...conditions: readonly (Filter<Field, Other> | undefined)[]
): { readonly filter?: Filter<Field, Other> } {
  const filters = conditions.filter((condition) => condition !== undefined)
  return filters.length === 0 ? {} : { filter: { op: 'and', filters } }
}
