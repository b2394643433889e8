import type { Directory } from '@indwell/core'
import type { Response } from '../binding'
import { objectDetails } from '../object-details'

/** The instance's policy is every org's. */
export function domainPolicyMessage({ domainPolicy, instanceId }: Directory): Response<'policy.v1.DomainPolicy'> {
  const { userLoginMustBeDomain, validateOrgDomains, sequence, createdAt } = domainPolicy
  return {
    details: objectDetails({ sequence, createdAt, changedAt: createdAt, resourceOwner: instanceId }),
    userLoginMustBeDomain,
    isDefault: true,
    validateOrgDomains,
  }
}
