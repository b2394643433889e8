import type { Principal } from '../storage/read'
import type { MemberLevel, MemberRecord } from '../storage/records'
import { builtInRoles } from './built-in-roles'
import { decideFromMemberships } from './check-permission'
import type { RoleTable } from './role-table'

/** The role that decided, and the membership that holds it. */
export interface GrantExplained {
  readonly rule: 'role'
  readonly role: string
  readonly level: MemberLevel
  /** Of the membership; empty for one in the instance. */
  readonly orgId: string
  /** When the membership came into being, in milliseconds since the epoch. */
  readonly memberSince: number
  /** When the membership last changed: the role was given then at the latest. In milliseconds since the epoch. */
  readonly changedAt: number
  /** Until when the membership counts, in milliseconds since the epoch; `null`: without end. */
  readonly expiresAt: number | null
}

/** What of the memberships allows it at a time, found as every call finds it; `undefined`: none does. */
export function because(
  roles: Pick<RoleTable, 'has' | 'grants'>,
  principal: Principal,
  orgId: string | undefined,
  permission: string,
  now: number,
): GrantExplained | undefined {
  const answer = decideFromMemberships(roles, principal, { orgId }, permission, now)
  if (!answer.allowed || answer.via === 'system') return undefined
  const { via } = answer
  const membership = principal.memberships.find((held) => held.level === via.level && held.orgId === via.orgId)
  if (membership === undefined || !isWhole(membership)) return undefined
  const { createdAt, changedAt, expiresAt } = membership
  return { rule: 'role', ...via, memberSince: createdAt, changedAt, expiresAt }
}

function isWhole(membership: Principal['memberships'][number]): membership is MemberRecord {
  return 'createdAt' in membership
}

/** Roles of code that grant the permission, by where they can be held. */
export function rolesThatAllow(
  table: RoleTable,
  permission: string,
): { readonly instance: readonly string[]; readonly org: readonly string[] } {
  const at = (level: MemberLevel, prefix: string) =>
    table.names.filter(
      (role) =>
        (role.startsWith(prefix) || !Object.hasOwn(builtInRoles, role)) && table.grants(role, permission, level),
    )
  return { instance: at('instance', 'IAM'), org: at('org', 'ORG') }
}
