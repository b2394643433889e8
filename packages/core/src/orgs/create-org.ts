import * as v from 'valibot'
import type { Actor } from '../actor'
import type { ReturnedCodes } from '../codes/issue-codes'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Committed, Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { AppendedEvent } from '../events/event'
import { evolveAll } from '../events/evolve-all'
import { id, parseInput, text } from '../input'
import type { JsonObject } from '../json'
import { evolveMember, memberChange } from '../members/member'
import { draftMetadata, parseFirstMetadata } from '../metadata/draft-metadata'
import { metadataByNamespace } from '../metadata/metadata-input'
import { requireCallableChanges } from '../metadata/metadata-subject'
import { ruleFirst } from '../metadata-definition/ruled-change'
import { allOf } from '../permissions/all-of'
import { requirePermission } from '../permissions/check-permission'
import { createUnread } from '../permissions/create-unread'
import { settingsInput, storedSettings } from '../settings'
import type { AggregateType, Claim } from '../storage/records'
import type { Written } from '../written'
import { evolveOrg, evolveOrgDomain, generatedDomain, orgDomainClaim, orgNameClaim } from './org'
import { draftAdmins, type LoadedAdmins, loadAdmins, type OrgAdmin, planAdmins, presumedAdmins } from './org-admins'

/** Unique in the instance whatever its case. */
export const orgName = v.pipe(v.string('must be text'), v.trim(), text(1, 200))
export const orgDisplayName = text(1, 255)

export const CreateOrgInput = v.strictObject({
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  orgId: v.optional(id),
  /** 1 to 200 characters once trimmed, unique in the instance whatever their case. */
  name: orgName,
  /** The name people see, 1 to 255 characters. */
  displayName: v.optional(orgDisplayName),
  /** Whatever else configures the org: kept and given back as it is, but members that are `null`. */
  settings: v.optional(settingsInput),
  /** First entries, by namespace; `org` is what Auth0 calls `metadata`. */
  metadata: v.optional(metadataByNamespace),
})
export type CreateOrgInput = v.InferInput<typeof CreateOrgInput> & {
  /** Its first members. Absent: a caller that is a user, as `ORG_OWNER`. */
  readonly admins?: readonly OrgAdmin[]
}

export interface CreatedOrg extends Written {
  readonly orgId: string
}

/** With the codes that were asked for, of people who were created. */
export interface CreatedAdmin extends ReturnedCodes {
  readonly userId: string
}

export interface CreatedOrgWithAdmins extends CreatedOrg {
  /** Its first members, in the order of the input. */
  readonly admins: readonly CreatedAdmin[]
}

/**
 * Creates an org with a verified primary domain made from its name, and with its first members, all or nothing.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateOrgInput}, no domain can be made of it, or
 * for roles that members of an org cannot hold.
 * @throws {@link LimitExceededError} for settings or entries that are too long, too deep or too many.
 * @throws {@link PermissionDeniedError} without `org.create`.
 * @throws {@link NotFoundError} for an admin that does not exist.
 * @throws {@link AlreadyExistsError} when an id, a name or the domain is taken, and for an admin named twice.
 */
export async function createOrg(core: Core, actor: Actor, input: CreateOrgInput): Promise<CreatedOrgWithAdmins> {
  const { admins: given = actor.type === 'user' ? [{ userId: actor.userId }] : [], ...members } = input
  const { orgId = core.newId(), name, displayName, metadata, settings } = parseInput(CreateOrgInput, members)
  const org = { orgId, name, displayName, settings: storedSettings(settings ?? {}) }
  const firstEntries = parseFirstMetadata(metadata, core.metadataRules, 'org')
  requireCallableChanges(actor, 'org.create', firstEntries)
  const ruled = firstEntries.map(([, change]) => ruleFirst(core, actor, 'org.create', change))
  const admins = planAdmins(core, actor, given)

  const planWith = (draft: CommitDraft, loaded: LoadedAdmins) => {
    const aggregate = draftOrg(draft, core, org, admins)
    for (const [index, [namespace, change]] of firstEntries.entries()) {
      const subject = { subjectType: 'org', subjectId: orgId } as const
      draftMetadata(draft, aggregate, subject, namespace, change, [], ruled[index])
    }
    draftAdmins(draft, orgId, admins, loaded)
    return {
      draft,
      answer: ({ at, sequenceOf }: Committed) => ({
        orgId,
        admins: admins.map(({ userId, human }) => ({ userId, ...human?.codes })),
        sequence: sequenceOf(aggregate.index),
        createdAt: at,
        changedAt: at,
      }),
    }
  }
  const creating = createUnread(core, actor, 'org.create', (draft, caller) => {
    const loaded = presumedAdmins(admins, caller)
    return loaded && planWith(draft, loaded)
  })
  const created = creating && (await creating)
  if (created !== undefined) return created
  return core.write(actor, async (draft) => {
    const permitted = requirePermission(core, actor, 'org.create')
    const [, loaded] = await allOf(permitted, loadAdmins(core, admins))
    return planWith(draft, loaded)
  })
}

export interface NewOrg {
  readonly orgId: string
  readonly name: string
  readonly displayName?: string | undefined
  /** As {@link storedSettings} answered them. */
  readonly settings?: JsonObject
}

/** Drafts an org with its domain and its first members. */
export function draftOrg(
  draft: CommitDraft,
  core: Core,
  { orgId, name, displayName, settings = {} }: NewOrg,
  members: readonly { readonly userId: string; readonly roles: readonly string[] }[],
): AggregateDraft {
  const domain = generatedDomain(name, core.domain)
  if (domain === undefined) throw new InvalidInputError('name', 'must hold a letter or digit')

  const aggregate = draft.aggregate({ type: 'org', id: orgId }, { owner: orgId, expect: 'new', revise: true })
  const added = aggregate.append({ type: 'org.added', payload: { name } })
  const ofDomain: readonly AppendedEvent[] = (
    ['org.domain.added', 'org.domain.verified', 'org.domain.primary.set'] as const
  ).map((type) => aggregate.append({ type, payload: { domain } }))
  const profile = {
    ...(displayName !== undefined && { displayName }),
    ...(Object.keys(settings).length > 0 && { settings }),
  }
  const described =
    Object.keys(profile).length > 0 ? [aggregate.append({ type: 'org.profile.changed', payload: profile })] : []
  const org = evolveAll(evolveOrg, undefined, [added, ...ofDomain, ...described])
  const domainRecord = evolveAll(evolveOrgDomain, undefined, ofDomain)
  if (org !== undefined) draft.put('org', org)
  if (domainRecord !== undefined) draft.put('orgDomain', domainRecord)
  takeFor(draft, orgNameClaim(name), 'org', orgId)
  takeFor(draft, orgDomainClaim(domain), 'org', orgId)

  for (const { userId, roles } of members) {
    const { claim, event } = memberChange(core.instanceId, { level: 'org', orgId, userId })
    const member = evolveMember(undefined, aggregate.append(event('added', { userId, roles })))
    if (member !== undefined) draft.put('member', member)
    takeFor(draft, claim, 'user', userId)
  }
  return aggregate
}

/** Member by member, as copies by `...claim` take the engine as long as all else of a claim. */
function takeFor(draft: CommitDraft, { type, value }: Claim, ownerType: AggregateType, ownerId: string): void {
  draft.takeClaim({ type, value, ownerType, ownerId })
}
