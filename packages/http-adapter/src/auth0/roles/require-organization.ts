import type { ActingDirectory } from '@indwell/core'
import { inexistentOrganization } from '../error-catalogue'

/**
 * Makes sure that an id is an organization's. The default org is the tenant itself and none of them.
 *
 * @throws {@link Auth0Error} 404 for any other id.
 */
export async function requireOrganization({ orgs }: ActingDirectory, orgId: string): Promise<void> {
  const [, tenant] = await Promise.all([orgs.get(orgId), orgs.getDefault()])
  if (tenant.orgId === orgId) throw inexistentOrganization()
}
