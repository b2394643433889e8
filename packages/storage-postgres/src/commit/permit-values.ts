import type { Permit } from '@indwell/core'
import { arrayLiteral } from '../list-parameter'
import type { Taker } from '../statement-cache'
import type { PlaceOfCall } from './permitted-home'

export const placeOfCall = ({ orgId }: Permit): PlaceOfCall => (orgId === undefined ? 'own org' : 'named org')

/** Of whoever has a permit, what its slots take. */
export const permitTakers: Readonly<Record<string, Taker<{ readonly permit?: Permit | undefined }>>> = {
  caller: ({ permit }) => permit!.userId,
  callOrg: ({ permit }) => permit!.orgId,
  callerHome: ({ permit }) => permit!.homeOrgId,
  instanceRoles: ({ permit }) => patternsOf(permit!.roles).instance,
  orgRoles: ({ permit }) => patternsOf(permit!.roles).org,
}

type Patterns = Readonly<Record<keyof Permit['roles'], string>>

const known = new WeakMap<Permit['roles'], Patterns>()

/** As texts of arrays. Those who ask for one permission again bring the same lists. */
function patternsOf(roles: Permit['roles']): Patterns {
  let patterns = known.get(roles)
  if (patterns === undefined) {
    const [instance, org] = [roles.instance, roles.org].map((list) => arrayLiteral(list.map(heldIn))) as [
      string,
      string,
    ]
    patterns = { instance, org }
    known.set(roles, patterns)
  }
  return patterns
}

/** A pattern of the texts of lists that hold it. Within another name its quotes would be escaped. */
const heldIn = (role: string) => `%${JSON.stringify(role).replace(/[\\%_]/g, '\\$&')}%`
