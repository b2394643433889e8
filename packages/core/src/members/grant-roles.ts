import * as v from 'valibot'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { NotFoundError } from '../errors/not-found-error'
import { id, parseInput, time } from '../input'
import { allOf } from '../permissions/all-of'
import { createdRoleIds } from '../permissions/stored-roles'
import type { AggregateRecord, MemberKey, MemberRecord } from '../storage/records'
import { readUserAggregate } from '../users/load-user'
import type { Written } from '../written'
import { draftCreatedRoles, readCreatedRoles, withoutRemovedRoles } from './created-roles'
import { checkRoles, evolveMember, isOver, type MemberEvent, maxMemberRoles, memberChange, memberRoles } from './member'
import { type MemberPlace, permitPlace } from './member-place'
import { draftUserRevision, unchangedPlace } from './several-members'

const GrantRolesInput = v.strictObject({
  userIds: v.pipe(
    v.array(id, 'must be a list'),
    v.minLength(1, 'must be at least 1'),
    v.maxLength(1000, 'must be at most 1000'),
  ),
  roles: v.pipe(memberRoles, v.minLength(1, 'must be at least 1')),
  maxCreatedRoles: v.optional(v.pipe(v.number(), v.safeInteger())),
  expiresAt: v.optional(time),
})

export interface GrantRolesInput {
  /** 1 to 1000 users of any org. */
  readonly userIds: readonly string[]
  /** 1 to 100, beside what each of them holds. */
  readonly roles: readonly string[]
  /** Roles that were created of which one of the users may hold more afterwards than it did. Default: as many as roles. */
  readonly maxCreatedRoles?: number
  /**
   * When the memberships end, in milliseconds since the epoch: a membership has one end for all its roles, so who is a member
   * already has to be one until then. Absent: without end, and for members as it was.
   */
  readonly expiresAt?: number
}

/**
 * Gives users roles beside those they hold, all or none of them. Who is no member yet becomes one, as does whose
 * membership is over: with these roles alone.
 *
 * @throws {@link InvalidInputError} for roles that members of that level cannot hold.
 * @throws {@link LimitExceededError} `member.roles` for who would hold more than 100, `member.created-roles` for who would
 * hold more than `maxCreatedRoles`, whoever else gives them roles at the same time.
 * @throws {@link InvalidStateError} `member_ends_otherwise` for a member whose end is not `expiresAt`: what it holds already
 * would end earlier or later than it was given for.
 * @throws {@link PermissionDeniedError} without `org.member.write`, in the instance `iam.member.write`.
 * @throws {@link NotFoundError} when a user or the org does not exist.
 */
export async function grantRoles(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  input: GrantRolesInput,
): Promise<Written> {
  const { roles, maxCreatedRoles, expiresAt: end, ...given } = parseInput(GrantRolesInput, input)
  const userIds = [...new Set(given.userIds)]
  const { level } = place

  return core.write(actor, async (draft) => {
    const [{ orgId, record }, created, users] = await allOf(
      permitPlace(core, actor, place, 'write'),
      readCreatedRoles(core, roles),
      Promise.all(userIds.map((userId) => readUserAggregate(core, userId))),
    )
    checkRoles(core.roles, level, roles, false, created)
    const now = core.now()
    const stored = await Promise.all(
      userIds.map((userId) => core.read({ read: 'record', kind: 'member', key: { level, orgId, userId } })),
    )
    const held = await withoutRemovedRoles(
      core,
      stored.map((member): Pick<MemberRecord, 'roles'> => (isOver(member, now) ? { roles: [] } : member!)),
    )

    let drafted: AggregateDraft | undefined
    for (const [index, userId] of userIds.entries()) {
      const user = users[index]
      if (user === undefined || !user.live) throw new NotFoundError('user', userId)
      const before = held[index]!.roles
      const after = [...new Set([...before, ...roles])]
      const member = stored[index]
      const expiresAt = isOver(member, now) ? (end ?? null) : member!.expiresAt
      if (end !== undefined && expiresAt !== end) throw new InvalidStateError('member_ends_otherwise')
      if (after.length === before.length && !isOver(member, now)) continue
      requireRoom(core, after, maxCreatedRoles)
      const key = { level, orgId, userId }
      drafted ??= draftPlace(draft, core, key)
      draftGranted(draft, core, drafted, key, { member, user, roles: after, expiresAt })
    }
    if (drafted === undefined) return { answer: unchangedPlace(record, orgId) }
    const { index } = drafted
    draftCreatedRoles(draft, created)
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(index),
        createdAt: record.createdAt,
        changedAt: at,
        orgId,
      }),
    }
  })
}

function requireRoom(core: Core, roles: readonly string[], maxCreatedRoles = maxMemberRoles): void {
  if (roles.length > maxMemberRoles) throw new LimitExceededError('member.roles', maxMemberRoles, roles.length)
  const created = createdRoleIds(core.roles, [{ roles }]).length
  if (created > maxCreatedRoles) throw new LimitExceededError('member.created-roles', maxCreatedRoles, created)
}

function draftPlace(draft: CommitDraft, core: Core, key: MemberKey): AggregateDraft {
  const { aggregate, owner } = memberChange(core.instanceId, key)
  return draft.aggregate(aggregate, { owner, expect: 'live', revise: false })
}

interface Granted {
  readonly member: MemberRecord | undefined
  readonly user: AggregateRecord
  readonly roles: readonly string[]
  readonly expiresAt: number | null
}

function draftGranted(
  draft: CommitDraft,
  core: Core,
  place: AggregateDraft,
  key: MemberKey,
  { member, user, roles, expiresAt }: Granted,
): void {
  const { claim, event } = memberChange(core.instanceId, key)
  const payload: MemberEvent['payload'] = { userId: key.userId, roles, expiresAt }
  const after = evolveMember(member, place.append(event(member === undefined ? 'added' : 'changed', payload)))
  if (after !== undefined) draft.put('member', after)
  if (member === undefined) draft.takeClaim({ ...claim, ownerType: 'user', ownerId: key.userId })
  draftUserRevision(draft, user)
}
