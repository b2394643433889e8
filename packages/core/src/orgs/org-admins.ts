import * as v from 'valibot'
import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { NotFoundError } from '../errors/not-found-error'
import { id, parseInput } from '../input'
import { draftCreatedRoles, readCreatedRoles } from '../members/created-roles'
import { checkRoles, memberRoles } from '../members/member'
import type { PresumedCaller } from '../permissions/create-unread'
import type { UserRecord } from '../storage/records'
import { type CreateHumanInput, type HumanPlan, planHuman } from '../users/create-human'
import { readUser } from '../users/load-user'
import { requireUnlinked } from '../users/require-unlinked'

/** A first member of a new org: a user of any org, or a person who is created in the new one. */
export type OrgAdmin = (
  | { readonly userId: string; readonly human?: undefined }
  | { readonly human: Omit<CreateHumanInput, 'orgId'>; readonly userId?: undefined }
) & {
  /** Absent or empty: `ORG_OWNER`. */
  readonly roles?: readonly string[]
}

export interface AdminPlan {
  readonly userId: string
  readonly roles: readonly string[]
  /** Of a person to be created. */
  readonly human: HumanPlan | undefined
}

/** Members a new org may begin with; more can be added later. */
export const maxAdmins = 100

const OrgAdminOfInput = v.strictObject({ userId: id, roles: v.optional(memberRoles) })

/**
 * @throws {@link InvalidInputError} when an admin does not match.
 * @throws {@link LimitExceededError} for more than 100.
 * @throws {@link AlreadyExistsError} for one that is named twice.
 */
export function planAdmins(core: Core, actor: Actor, admins: readonly OrgAdmin[]): readonly AdminPlan[] {
  if (admins.length > maxAdmins) throw new LimitExceededError('org.admins', maxAdmins, admins.length)
  const named = new Set<string>()
  return admins.map(({ human, userId: existing, ...rest }) => {
    const plan = human && planHuman(core, actor, human)
    const { userId, roles = [] } = parseInput(OrgAdminOfInput, { ...rest, userId: plan?.userId ?? existing })
    if (named.has(userId)) throw new AlreadyExistsError('member')
    named.add(userId)
    return { userId, roles: roles.length === 0 ? ['ORG_OWNER'] : roles, human: plan }
  })
}

/** What has to be known of admins that are there already, and of the roles they shall hold. */
export interface LoadedAdmins {
  readonly users: readonly Pick<UserRecord, 'userId' | 'orgId'>[]
  /** Ids of roles that were created. */
  readonly createdRoles: readonly string[]
}

/**
 * @throws {@link InvalidInputError} for roles that members of an org cannot hold.
 * @throws {@link NotFoundError} for one that does not exist.
 * @throws {@link AlreadyExistsError} for one that shall be created under the id of an identity of another user.
 */
export async function loadAdmins(core: Core, admins: readonly AdminPlan[]): Promise<LoadedAdmins> {
  const existing = admins.filter(({ human }) => human === undefined)
  const chosenIds = admins.flatMap(({ human }) => human?.chosenId ?? [])
  const roles = admins.flatMap(({ roles }) => roles)
  const reading = Promise.all(existing.map(({ userId }) => readUser(core, userId)))
  const asksMore = chosenIds.length > 0 || !roles.every(core.roles.has)
  const [createdRoles] = asksMore
    ? await Promise.all([
        readCreatedRoles(core, roles),
        reading,
        ...chosenIds.map((chosenId) => requireUnlinked(core, chosenId)),
      ])
    : [[]]
  const users = await reading
  for (const { roles } of admins) checkRoles(core.roles, 'org', roles, true, createdRoles)
  return {
    createdRoles,
    users: existing.map(({ userId }, index) => {
      const user = users[index]
      if (user === undefined) throw new NotFoundError('user', userId)
      return user
    }),
  }
}

/** The same of a caller alone that owns what it creates, and has yet to be read; `undefined` of anybody else. */
export function presumedAdmins(
  admins: readonly AdminPlan[],
  { actor, homeOrgId }: PresumedCaller,
): LoadedAdmins | undefined {
  const isCaller = ({ userId, roles, human }: AdminPlan) =>
    human === undefined && userId === actor.userId && roles.every((role) => role === 'ORG_OWNER')
  if (!admins.every(isCaller)) return undefined
  return { users: admins.map(({ userId }) => ({ userId, orgId: homeOrgId })), createdRoles: [] }
}

/** Drafts the admins that are yet to be created, and that neither the others nor roles must be deleted meanwhile. */
export function draftAdmins(
  draft: CommitDraft,
  orgId: string,
  admins: readonly AdminPlan[],
  { users, createdRoles }: LoadedAdmins,
): void {
  for (const { human } of admins) human?.draftIn(draft, orgId)
  draftCreatedRoles(draft, createdRoles)
  for (const user of users) {
    draft.aggregate({ type: 'user', id: user.userId }, { owner: user.orgId, expect: 'live', revise: true })
  }
}
