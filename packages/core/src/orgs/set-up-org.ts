import * as v from 'valibot'
import type { Actor } from '../actor'
import type { ReturnedCodes } from '../codes/issue-codes'
import type { Core } from '../core'
import { id, parseInput } from '../input'
import { draftCreatedRoles, readCreatedRoles } from '../members/created-roles'
import { checkRoles, memberRoles } from '../members/member'
import { allOf } from '../permissions/all-of'
import { requirePermission } from '../permissions/check-permission'
import { type CreateHumanInput, planHuman } from '../users/create-human'
import { readNameDomainOwner, requireNameDomain } from '../users/name-domain'
import { requireUnlinked } from '../users/require-unlinked'
import { draftAddedDomain, orgDomainName } from './add-org-domain'
import { type CreatedOrg, draftOrg, orgName } from './create-org'
import { generatedDomain } from './org'

const OrgOfSetUp = v.strictObject({
  orgId: v.optional(id),
  name: orgName,
  domain: v.optional(orgDomainName),
  roles: v.optional(memberRoles),
})

export interface SetUpOrgInput {
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  readonly orgId?: string
  /** 1 to 200 characters once trimmed, unique in the instance whatever their case. */
  readonly name: string
  /** Beside the one that is made from the name. */
  readonly domain?: string
  /** The org's first user and member. */
  readonly human: Omit<CreateHumanInput, 'orgId'>
  /** Of that member. Absent or empty: `ORG_OWNER`. */
  readonly roles?: readonly string[]
}

export interface SetUpOrg extends CreatedOrg, ReturnedCodes {
  readonly userId: string
}

/**
 * Creates an org with its first user, who is its member, all or nothing. The caller becomes no member.
 *
 * @throws {@link InvalidInputError} when `input` does not match, no domain can be made of the name, or for roles that
 * members of an org cannot hold.
 * @throws {@link PermissionDeniedError} without `iam.write`.
 * @throws {@link AlreadyExistsError} when an id, a name or a domain is taken, or `user_name_domain` as {@link createHuman}.
 */
export async function setUpOrg(core: Core, actor: Actor, { human, ...input }: SetUpOrgInput): Promise<SetUpOrg> {
  const { orgId = core.newId(), name, domain, roles = [] } = parseInput(OrgOfSetUp, input)
  const { userId, chosenId, codes, givenName, draftIn } = planHuman(core, actor, human)
  const held = roles.length === 0 ? ['ORG_OWNER'] : roles

  return core.write(actor, async (draft) => {
    const permitted = requirePermission(core, actor, 'iam.write')
    const [, domainOwner, created] = await allOf(
      permitted,
      readNameDomainOwner(core, givenName),
      readCreatedRoles(core, held),
      requireUnlinked(core, chosenId),
    )
    requireNameDomain(domainOwner, orgId)
    checkRoles(core.roles, 'org', held, true, created)
    const org = draftOrg(draft, core, { orgId, name }, [{ userId, roles: held }])
    if (domain !== undefined && domain !== generatedDomain(name, core.domain)) {
      draftAddedDomain(draft, core, org, orgId, domain)
    }
    draftIn(draft, orgId)
    draftCreatedRoles(draft, created)
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        ...codes,
        orgId,
        userId,
        sequence: sequenceOf(org.index),
        createdAt: at,
        changedAt: at,
      }),
    }
  })
}
