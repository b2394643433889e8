import type { Admin } from '../binding'
import { domainPolicyMessage } from './domain-policy-message'

export const getInstanceDomainPolicy: Admin<'GetDomainPolicy'> = {
  async handle({ caller, directory }) {
    await caller.requirePermission('iam.policy.read')
    return { policy: domainPolicyMessage(directory) }
  },
}
