import type { ActingDirectory, Filter } from '@indwell/core'
import { inexistentOrganization } from '../error-catalogue'

/**
 * Refuses the directory's default org: it is the tenant itself, which is no organization.
 *
 * @throws {@link Auth0Error} 404.
 */
export async function requireNotTenant(directory: ActingDirectory, orgId: string): Promise<void> {
  if (orgId === (await directory.orgs.getDefault()).orgId) throw inexistentOrganization()
}

/** All orgs but the tenant. */
export async function organizationsOnly(directory: ActingDirectory): Promise<Filter<'orgId'>> {
  const { orgId } = await directory.orgs.getDefault()
  return { op: 'not', filter: { op: 'equals', field: 'orgId', value: orgId } }
}
