import type { MemberLevel, Permit, Principal } from '@indwell/core'
import type { PrincipalLoader } from '../load/load-principal'

/**
 * Answers the org in which a call works that a permit is of; `undefined` where the permit does not hold. Within the
 * transaction that writes nobody can change it any more.
 *
 * @param at - The time that the commit names.
 */
export type PermitChecker = (instanceId: string, permit: Permit, at: number) => string | undefined

export function checkPermit(load: PrincipalLoader): PermitChecker {
  return (instanceId, { userId, orgId, homeOrgId, roles }, at) => {
    const principal = load(instanceId, orgId === undefined ? { userId } : { userId, orgId })
    if (principal === undefined || !mayCall(principal)) return undefined
    const home = principal.user.orgId
    if (homeOrgId !== undefined && homeOrgId !== home) return undefined
    const org = orgId ?? home
    const counts = (level: MemberLevel, of: string) => level === 'instance' || of === org
    const suffices = principal.memberships.some(
      ({ level, orgId: of, roles: held, expiresAt }) =>
        counts(level, of) && (expiresAt === null || expiresAt > at) && held.some((role) => roles[level].includes(role)),
    )
    return suffices ? org : undefined
  }
}

const mayCall = ({ user, homeOrg, contextOrg }: Principal): boolean =>
  user.state !== 'inactive' && user.state !== 'locked' && homeOrg === 'active' && contextOrg !== undefined
