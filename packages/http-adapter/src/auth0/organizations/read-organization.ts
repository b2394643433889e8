import type { ActingDirectory, OrgSnapshot } from '@indwell/core'
import { inexistentOrganization } from '../error-catalogue'
import { requireNotTenant } from './tenant'

/** @throws {@link Auth0Error} 404 for an org that is not there, or is the tenant. */
export async function readOrganization(directory: ActingDirectory, orgId: string): Promise<OrgSnapshot> {
  const [[found]] = await Promise.all([directory.orgs.findSnapshots([orgId]), requireNotTenant(directory, orgId)])
  if (found === undefined) throw inexistentOrganization()
  return found
}
