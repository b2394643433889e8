import * as v from 'valibot'
import { accessTokenClaim, evolveAccessToken } from '../access-tokens/access-token'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { definedMembers, emailAddress, parseInput, text } from '../input'
import { withoutRemovedRoles } from '../members/created-roles'
import { evolveMember, isOver, memberChange } from '../members/member'
import { draftMetadata } from '../metadata/draft-metadata'
import { touchedNamespace } from '../metadata/metadata'
import { isExpired } from '../metadata-definition/expiry'
import { uniqueClaim } from '../metadata-definition/unique-claims'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { compareSequences } from '../sequence'
import type { Claim, DeletedUserRecord, EntryRecord, UserRecord } from '../storage/records'
import type { Written } from '../written'
import { isTooLate, type KeptMembership } from './deleted-user'
import { draftIdentities } from './draft-identities'
import { answerOfUser, draftUserAggregate, draftUserEvents } from './draft-user-change'
import { evolveIdentities, identityClaims, type LinkedIdentity, linkKey } from './identity'
import { type KeptOfDeleted, readDeletedUser, readKeptOfDeleted, readOwnLink } from './kept-of-deleted'
import { readUserAggregate } from './load-user'
import { readNameDomainOwner, requireNameDomain } from './name-domain'
import { claimsOf } from './user'

/** Options of {@link undeleteUser}: names to come back under, where the old ones are somebody else's by now. */
export interface UndeleteUserOptions extends WriteOptions {
  readonly userName?: string | undefined
  /** `null`: none. Another one than before is not verified. */
  readonly email?: string | null | undefined
  /** Of a connection; `null`: none. */
  readonly username?: string | null | undefined
  /** A machine's tokens work again as well. Default false: whoever deletes a user means its tokens too. */
  readonly accessTokens?: boolean | undefined
}

const names = v.object({
  userName: v.optional(text(1, 200)),
  email: v.optional(v.nullable(emailAddress)),
  username: v.optional(v.nullable(text(1, 128))),
  accessTokens: v.optional(v.boolean('must be true or false')),
})

/**
 * Brings back a user that was deleted with a time to come back: its record, its metadata, its memberships where the org is
 * still there, and what was linked to it. What is unique and was freed is taken again.
 *
 * @throws {@link PermissionDeniedError} without `user.delete`.
 * @throws {@link NotFoundError} when there is no such user in the org that can come back, or it is too late.
 * @throws {@link AlreadyExistsError} what is somebody else's by now: the user name, an e-mail or a username of the
 * connection, the value of a unique key of metadata; `user_name_domain` for a given name with a verified domain of another
 * org.
 * @throws {@link InvalidInputError} for a name that is none.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function undeleteUser(
  core: Core,
  actor: Actor,
  userId: string,
  options: UndeleteUserOptions = {},
): Promise<Written> {
  const given = parseInput(names, options)
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.delete')
    const [scope, aggregate, deleted, link] = await allOf(
      permitted,
      readUserAggregate(core, userId),
      readDeletedUser(core, userId),
      readOwnLink(core, userId),
    )
    if (aggregate === undefined || !scope.admits(aggregate.owner)) throw new NotFoundError('user', userId)
    if (deleted === undefined || isTooLate(deleted, core.now())) throw new NotFoundError('user', userId)
    requireVersion(aggregate, options)
    const kept = await readKeptOfDeleted(core, deleted)
    const user = broughtBack(kept.user, given)
    if (user.connection === null) requireNameDomain(await readNameDomainOwner(core, given.userName), user.orgId)

    const drafted = draftUserAggregate(draft, deleted, 'new', { revise: true })
    draft.expectEntry(linkKey(userId), link?.sequence, drafted)
    draft.remove({ kind: 'deletedUser', key: { userId } })
    draft.removeEntries({ key: linkKey(userId) })
    // What is held already is not to be taken.
    const held = deleted.names === 'held'
    if (held) for (const claim of claimsOf(kept.user, core.userLoginMustBeDomain)) draft.releaseClaim(claim)
    const { userId: _, orgId, sequence: __, changedAt: ___, ...members } = user
    draftUserEvents(core, draft, drafted, undefined, [{ type: 'user.undeleted', payload: members }])
    const claims = draftEntries(core, draft, drafted, kept)
    if (given.accessTokens === true) claims.push(...draftTokens(core, draft, drafted, kept))
    draftLinked(core, draft, drafted, deleted, kept.identities)
    for (const claim of held ? claims.filter(({ type }) => type === 'access_token') : claims) {
      draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
    }
    await draftMemberships(core, draft, deleted, kept)
    return {
      draft,
      answer: answerOfUser(drafted, user),
    }
  })
}

function broughtBack(user: UserRecord, given: v.InferOutput<typeof names>): UserRecord {
  const { accessTokens: _, ...named } = given
  const isOther = named.email !== undefined && named.email !== user.email
  return { ...user, ...definedMembers(named), ...(isOther && { emailVerified: false }) }
}

/** Answers what its unique values claim. */
function draftEntries(
  core: Core,
  draft: CommitDraft,
  drafted: AggregateDraft,
  { user, state }: KeptOfDeleted,
): Claim[] {
  const subject = { subjectType: 'user', subjectId: user.userId } as const
  const claims: Claim[] = []
  const entries = [...state.entries.values()]
    .filter(({ namespace }) => !namespace.startsWith('$'))
    .sort((a, b) => a.createdAt - b.createdAt || compareSequences(a.sequence, b.sequence))
  const byNamespace = new Map<string, EntryRecord[]>()
  for (const entry of entries) {
    const { namespace, key, value } = entry
    const rules = core.metadataRules?.of('user', namespace)
    if (rules !== undefined && isExpired(rules, entry, core.now())) continue
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), entry])
    const claim = rules?.keys.get(key)?.unique ? uniqueClaim(rules, key, value) : undefined
    if (claim !== undefined) claims.push(claim)
  }
  // One that was written and is empty shows by that.
  for (const { namespace, key } of state.entries.values()) {
    if (namespace === touchedNamespace && !byNamespace.has(key)) byNamespace.set(key, [])
  }
  for (const [namespace, found] of byNamespace) {
    const set = found.map(({ key, value }) => [key, value] as const)
    const change = { set, remove: [], clear: set.length === 0, requirePresent: false }
    draftMetadata(draft, drafted, subject, namespace, change, [])
  }
  return claims
}

function draftTokens(core: Core, draft: CommitDraft, drafted: AggregateDraft, { state }: KeptOfDeleted): Claim[] {
  const tokens = [...state.tokens.values()].filter((token) => token.expiresAt === null || !isOver(token, core.now()))
  for (const { tokenId, hash, expiresAt } of tokens) {
    const event = drafted.append({ type: 'user.pat.added', payload: { tokenId, hash, expiresAt } })
    const record = evolveAccessToken(undefined, event)
    if (record !== undefined) draft.put('accessToken', record)
  }
  return tokens.map(({ hash }) => accessTokenClaim(hash))
}

/** Their own ids and names are held as they were, or taken again. */
function draftLinked(
  core: Core,
  draft: CommitDraft,
  drafted: AggregateDraft,
  { userId, orgId, names }: DeletedUserRecord,
  identities: readonly LinkedIdentity[],
): void {
  let linked: readonly LinkedIdentity[] = []
  for (const identity of identities) {
    const added = drafted.append({ type: 'user.identity.added', payload: identity })
    linked = evolveIdentities(linked, added)
    draftIdentities(draft, userId, linked, added)
    if (names === 'held') continue
    for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) {
      draft.takeClaim({ ...claim, ownerType: 'user', ownerId: identity.userId })
    }
  }
}

/** Where the place is still there, with the roles that are. Lets the commit fail when the owning org is gone by then. */
async function draftMemberships(
  core: Core,
  draft: CommitDraft,
  { userId, orgId: ownerId }: DeletedUserRecord,
  { identities, memberships }: KeptOfDeleted,
): Promise<void> {
  // Whoever deletes the org has to see what is linked in it.
  const own = draft.aggregate(
    { type: 'org', id: ownerId },
    { owner: ownerId, expect: 'live', revise: identities.length > 0 },
  )
  for (const membership of await stillThere(core, memberships)) {
    const { level, orgId, roles, expiresAt } = membership
    const { aggregate: key, owner, claim, event } = memberChange(core.instanceId, { level, orgId, userId })
    const isOwn = level === 'org' && orgId === ownerId
    const place = isOwn ? own : draft.aggregate(key, { owner, expect: 'live', revise: false })
    const added = evolveMember(undefined, place.append(event('added', { userId, roles, expiresAt })))
    if (added !== undefined) draft.put('member', added)
    draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
  }
}

async function stillThere(core: Core, memberships: readonly KeptMembership[]): Promise<readonly KeptMembership[]> {
  const orgs = await Promise.all(
    memberships.map(({ level, orgId }) =>
      level === 'instance' ? 'instance' : core.read({ read: 'record', kind: 'org', key: { orgId } }),
    ),
  )
  const left = memberships.filter(
    (membership, index) =>
      orgs[index] !== undefined && (membership.expiresAt === null || !isOver(membership, core.now())),
  )
  return withoutRemovedRoles(core, left)
}
