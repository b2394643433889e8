import type { Permit } from '@indwell/core'
import type { StatementValues } from '../statement-cache'
import type { PlaceOfCall } from './permit-parts'

export const placeOfCall = ({ orgId }: Permit): PlaceOfCall => (orgId === undefined ? 'own org' : 'named org')

export function permitValues({ userId, orgId, homeOrgId, roles }: Permit): StatementValues {
  return {
    caller: userId,
    callOrg: orgId,
    callerHome: homeOrgId,
    instanceRoles: roles.instance.map(heldIn),
    orgRoles: roles.org.map(heldIn),
  }
}

/** A pattern of the texts of lists that hold it. Within another name its quotes would be escaped. */
const heldIn = (role: string) => `%${JSON.stringify(role).replace(/[\\%_]/g, '\\$&')}%`
