import * as v from 'valibot'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { AppendedEvent } from '../events/event'
import { evolveAll } from '../events/evolve-all'
import { id, parseInput, text } from '../input'
import { evolveMember, memberChange } from '../members/member'
import { requirePermission } from '../permissions/check-permission'
import { readUser } from '../users/load-user'
import type { Written } from '../written'
import { evolveOrg, evolveOrgDomain, generatedDomain, orgDomainClaim, orgNameClaim } from './org'

/** Unique in the instance whatever its case. */
export const orgName = v.pipe(v.string('must be text'), v.trim(), text(1, 200))

export const CreateOrgInput = v.strictObject({
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  orgId: v.optional(id),
  /** 1 to 200 characters once trimmed, unique in the instance whatever their case. */
  name: orgName,
})
export type CreateOrgInput = v.InferInput<typeof CreateOrgInput>

export interface CreatedOrg extends Written {
  readonly orgId: string
}

/**
 * Creates an org with a verified primary domain made from its name. A caller that is a user becomes its first member,
 * as `ORG_OWNER`.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateOrgInput}, or no domain can be made of it.
 * @throws {@link PermissionDeniedError} without `org.create`.
 * @throws {@link AlreadyExistsError} when the id, the name or the domain is taken.
 */
export async function createOrg(core: Core, actor: Actor, input: CreateOrgInput): Promise<CreatedOrg> {
  const { orgId = core.newId(), name } = parseInput(CreateOrgInput, input)

  return core.write(actor, async (draft) => {
    await requirePermission(core, actor, 'org.create')
    const owner = actor.type === 'user' ? await readUser(core, actor.userId) : undefined
    const { index } = draftOrg(draft, core, orgId, name, owner && { userId: owner.userId, roles: ['ORG_OWNER'] })
    if (owner !== undefined) {
      draft.aggregate({ type: 'user', id: owner.userId }, { owner: owner.orgId, expect: 'live', revise: true })
    }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({ orgId, sequence: sequenceOf(index), createdAt: at, changedAt: at }),
    }
  })
}

/** Drafts an org with its domain and, where there is one, its first member. */
export function draftOrg(
  draft: CommitDraft,
  core: Core,
  orgId: string,
  name: string,
  first: { readonly userId: string; readonly roles: readonly string[] } | undefined,
): AggregateDraft {
  const domain = generatedDomain(name, core.domain)
  if (domain === undefined) throw new InvalidInputError('name', 'must hold a letter or digit')

  const aggregate = draft.aggregate({ type: 'org', id: orgId }, { owner: orgId, expect: 'new', revise: true })
  const added = aggregate.append({ type: 'org.added', payload: { name } })
  const ofDomain: readonly AppendedEvent[] = (
    ['org.domain.added', 'org.domain.verified', 'org.domain.primary.set'] as const
  ).map((type) => aggregate.append({ type, payload: { domain } }))
  const org = evolveAll(evolveOrg, undefined, [added, ...ofDomain])
  const domainRecord = evolveAll(evolveOrgDomain, undefined, ofDomain)
  if (org !== undefined) draft.put('org', org)
  if (domainRecord !== undefined) draft.put('orgDomain', domainRecord)
  draft.takeClaim({ ...orgNameClaim(name), ownerType: 'org', ownerId: orgId })
  draft.takeClaim({ ...orgDomainClaim(domain), ownerType: 'org', ownerId: orgId })

  if (first !== undefined) {
    const { userId, roles } = first
    const { claim, event } = memberChange(core.instanceId, { level: 'org', orgId, userId })
    const member = evolveMember(undefined, aggregate.append(event('added', { userId, roles })))
    if (member !== undefined) draft.put('member', member)
    draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
  }
  return aggregate
}
