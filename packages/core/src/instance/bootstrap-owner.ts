import * as v from 'valibot'
import { draftAccessToken, newToken } from '../access-tokens/create-access-token'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { parseInput, text } from '../input'
import { evolveMember, memberChange } from '../members/member'
import { draftUserAggregate, draftUserEvents } from '../users/draft-user-change'
import { readNameDomainOwner, requireNameDomain } from '../users/name-domain'
import { draftOwnerOrg } from '../users/owner-org'

export const BootstrapOwnerInput = v.strictObject({
  /** Default `owner`. */
  userName: v.optional(text(1, 200)),
  /** Default `Owner`. */
  name: v.optional(text(1, 200)),
  /** 1 to 512 characters, as hard to guess as the host makes it. Absent: 32 random bytes are made. */
  token: v.optional(text(1, 512)),
})
export type BootstrapOwnerInput = v.InferInput<typeof BootstrapOwnerInput>

export type Bootstrapped =
  /** Its token is shown here and never again. */
  | { readonly created: true; readonly userId: string; readonly orgId: string; readonly token: string }
  /** The instance has an owner already: nothing was written. */
  | { readonly created: false }

const reason = 'bootstrap'

/**
 * Gives an instance that nobody owns its owner: a machine user of the default org, `IAM_OWNER`, with an access token.
 * Of several processes that try, one does.
 *
 * @throws {@link AlreadyExistsError} when the user name is taken, or ends with a verified domain of another org.
 */
export async function bootstrapOwner(core: Core, input: BootstrapOwnerInput = {}): Promise<Bootstrapped> {
  const { userName = 'owner', name = 'Owner', token = newToken(core) } = parseInput(BootstrapOwnerInput, input)
  const actor: Actor = { type: 'system', reason }
  const userId = core.newId()
  const tokenId = core.newId()

  return core.write<Bootstrapped>(actor, async (draft) => {
    const instanceKey = { type: 'instance', id: core.instanceId } as const
    const [aggregate, instance, domainOwner] = await Promise.all([
      core.read({ read: 'aggregate', key: instanceKey }),
      core.read({ read: 'record', kind: 'instance', key: {} }),
      readNameDomainOwner(core, userName),
    ])
    if (instance === undefined || aggregate === undefined) throw new NotFoundError('org', '')
    // After the aggregate, whose sequence says whether somebody became an owner since.
    const owners = await core.search({
      kind: 'member',
      filter: {
        op: 'and',
        filters: [
          { op: 'equals', field: 'level', value: 'instance' },
          { op: 'equals', field: 'orgId', value: '' },
          { op: 'holds', field: 'roles', value: 'IAM_OWNER' },
        ],
      },
      offset: 0,
      limit: 1,
      count: false,
    })
    if (owners.items.length > 0) return { answer: { created: false } }

    const orgId = instance.defaultOrgId
    requireNameDomain(domainOwner, orgId)
    draftOwnerOrg(draft, orgId)
    const user = draftUserAggregate(draft, { userId, orgId }, 'new', { revise: true })
    const payload = { userName, name, description: null, accessTokenType: 'bearer' } as const
    draftUserEvents(core, draft, user, undefined, [{ type: 'user.machine.added', payload }])
    draftAccessToken(draft, user, { tokenId, token, expiresAt: null })

    const { owner, claim, event } = memberChange(core.instanceId, { level: 'instance', orgId: '', userId })
    const drafted = draft.aggregate(instanceKey, { owner, expect: { sequence: aggregate.sequence }, revise: true })
    const member = evolveMember(undefined, drafted.append(event('added', { userId, roles: ['IAM_OWNER'] })))
    if (member !== undefined) draft.put('member', member)
    draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
    return { draft, answer: () => ({ created: true, userId, orgId, token }) }
  })
}
