import type { Management } from '../binding'
import { domainPolicyMessage } from './domain-policy-message'

export const getDomainPolicy: Management<'GetDomainPolicy'> = {
  async handle({ caller, directory }) {
    await caller.requireAuthenticated()
    return { policy: domainPolicyMessage(directory) }
  },
}
