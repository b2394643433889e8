import { UpdateClientInput } from '../clients/update-client'
import { InvalidInputError } from '../errors/invalid-input-error'
import { parseInput } from '../input'
import type { MetadataSubjectType } from '../metadata/metadata'
import { UpdateOrgInput } from '../orgs/update-org'
import { storedSettings } from '../settings'
import { UpdateUserInput } from '../users/update-user'

const inputs = { user: UpdateUserInput, org: UpdateOrgInput, client: UpdateClientInput } as const

/** A copy of the members of a change of many, as `update` takes them. @throws {@link InvalidInputError} naming one. */
export function parseMembers(kind: MetadataSubjectType, members: object): object {
  for (const name of ['emailCode', 'phoneCode']) {
    // Nobody would get what is returned, and what is sent is sent to each.
    if (Object.hasOwn(members, name)) throw new InvalidInputError(name, 'does not go with a change of many')
  }
  const parsed = parseInput(inputs[kind], members)
  if ('settings' in parsed && parsed.settings !== undefined) storedSettings(parsed.settings)
  return parsed
}
