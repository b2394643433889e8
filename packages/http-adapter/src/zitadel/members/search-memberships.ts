import { LimitExceededError, type Membership, maxPageSize, type Page } from '@indwell/core'
import type { Request, Response } from '../binding'
import { pagingOf } from '../list'
import { detailsOf } from '../object-details'

/** A page of the memberships of which all queries hold. A user has few, so all were read. */
export function searchMemberships(
  memberships: readonly Membership[],
  query: Request<'v1.ListQuery'> | undefined,
  queries: readonly Request<'user.v1.MembershipQuery'>[],
): Page<Membership> {
  const { offset, limit } = pagingOf(query)
  if (limit > maxPageSize) throw new LimitExceededError('page.size', maxPageSize, limit)
  const matching = memberships.filter((membership) => queries.every((one) => matches(membership, one)))
  return { items: matching.slice(offset, offset + limit), total: matching.length }
}

/** There are no projects, so who asks for one finds nothing. */
function matches({ level, orgId }: Membership, { orgQuery, iamQuery }: Request<'user.v1.MembershipQuery'>): boolean {
  if (orgQuery) return level === 'org' && orgId === orgQuery.orgId
  return iamQuery !== undefined && level === 'instance'
}

export function membershipMessage(membership: Membership, instanceId: string): Response<'user.v1.Membership'> {
  const { level, orgId, userId, roles, orgName } = membership
  return {
    userId,
    details: detailsOf({ ...membership, orgId: level === 'instance' ? instanceId : orgId }),
    roles,
    displayName: orgName ?? undefined,
    ...(level === 'instance' ? { iam: true } : { orgId }),
  }
}
