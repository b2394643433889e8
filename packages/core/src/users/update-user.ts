import * as v from 'valibot'
import type { Actor } from '../actor'
import { codeWishes, issueCodes, type ReturnedCodes } from '../codes/issue-codes'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { type Defined, definedMembers, emailAddress, parseInput, phoneNumber, text } from '../input'
import {
  areOwnChanges,
  changesMoveClaims,
  draftMetadataChanges,
  expectationOf,
  type MetadataChanges,
  parseMetadataChanges,
  readForChanges,
  ruleChanges,
} from '../metadata/metadata-changes'
import { requireCallableChanges } from '../metadata/metadata-subject'
import { scopeOf } from '../permissions/permission-scope'
import { type DryRunOption, writerOf } from '../rehearse'
import type { Written } from '../written'
import { draftUserAggregate, draftUserEvents } from './draft-user-change'
import { loadUserForChange } from './load-user'
import { readNameDomainOwner, requireNameDomain } from './name-domain'
import { profileMembers } from './profile-members'
import { codeAdded, fact, type ProfileChange, type User, type UserEvent } from './user'

const clearable = (max: number) => v.optional(v.nullable(text(1, max)))

/** Input of {@link updateUser}: absent members stay as they are, `null` takes away. */
export const UpdateUserInput = v.strictObject({
  userName: v.optional(text(1, 200)),
  firstName: clearable(200),
  lastName: clearable(200),
  nickName: clearable(300),
  displayName: clearable(401),
  preferredLanguage: clearable(10),
  gender: v.optional(v.nullable(v.picklist(['female', 'male', 'diverse']))),
  avatarUrl: clearable(2000),
  email: v.optional(v.nullable(emailAddress)),
  /** A new address is unverified unless this says otherwise. */
  emailVerified: v.optional(v.boolean()),
  phone: v.optional(v.nullable(phoneNumber)),
  phoneVerified: v.optional(v.boolean()),
  username: clearable(128),
  blocked: v.optional(v.boolean()),
  /** A password was set somewhere: only the time is kept. */
  passwordChanged: v.optional(v.boolean()),
  /** Of a machine; its name is `displayName`. */
  description: v.optional(v.nullable(text(0, 500))),
  /** Of a machine. */
  accessTokenType: v.optional(v.picklist(['bearer', 'jwt'])),
  ...codeWishes,
})
export type UpdateUserInput = v.InferInput<typeof UpdateUserInput> & {
  /** Applied with the rest, all or none. */
  readonly metadata?: MetadataChanges
}

export interface UpdateUserOptions extends WriteOptions, DryRunOption {
  /** Refuses a user that has yet to be initialized. Default false. */
  readonly refuseInitial?: boolean
  /** Refuses users of the other type, also where nothing that is changed tells them apart. Default: takes both. */
  readonly type?: User['type']
}

export interface UserUpdated extends Written, ReturnedCodes {
  /** Members that are not what they were, entries as `namespace.key`; empty when nothing changed. */
  readonly changed: readonly string[]
}

/**
 * Changes a user, its metadata too where the change holds any, in one write. What equals the stored state is left alone.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link UpdateUserInput}.
 * @throws {@link PermissionDeniedError} without `user.write`; where the call works wherever its subjects live, callers need
 * none to change their own profile, e-mail, phone, and metadata of `zitadel` and `user`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 * @throws {@link InvalidStateError} when a machine's members are changed on a human, or the other way round, or the user is
 * of another `type` than asked for; `user_initial` where that is to be refused.
 * @throws {@link AlreadyExistsError} when the new user name, or in the connection the e-mail or username is taken; or
 * `user_name_domain` when the new user name of a user without a connection ends with a verified domain of another org.
 */
export async function updateUser(
  core: Core,
  actor: Actor,
  userId: string,
  input: UpdateUserInput,
  { refuseInitial = false, type, ...options }: UpdateUserOptions = {},
): Promise<UserUpdated> {
  const { metadata, ...members } = input
  const change = parseInput(UpdateUserInput, members)
  const changes = parseMetadataChanges(metadata, core.metadataRules, 'user')
  requireCallableChanges(actor, 'user.write', changes)
  const subject = { subjectType: 'user', subjectId: userId } as const
  const self = isOwnChange(change) && areOwnChanges(core, changes)

  const write = writerOf(core, options)
  return write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write', { self })
    const loading = loadUserForChange(core, permitted, userId)
    const stored = readForChanges(core, subject, changes)
    stored.catch(() => undefined)
    const naming = readNameDomainOwner(core, change.userName)
    naming.catch(() => undefined)
    const { user, aggregate } = await loading
    const version = requireVersion(aggregate, options)
    if (type !== undefined && user.type !== type) {
      throw new InvalidStateError(type === 'human' ? 'user_not_human' : 'user_not_machine')
    }
    const takesName = change.userName !== user.userName && user.connection === null
    if (takesName) requireNameDomain(await naming, user.orgId)

    if (refuseInitial && user.state === 'initial') throw new InvalidStateError('user_initial')
    const issued = issueCodes(core, userId, user, decideUserUpdate(user, change, core.now()), change)
    const { events } = issued
    const expect = version ?? expectationOf(aggregate, changes, events.length > 0)
    const ruled =
      core.metadataRules && (await ruleChanges(core, actor, permitted, user.orgId, subject, changes, await stored))
    const revise = events.length > 0 || changesMoveClaims(changes)
    const drafted = draftUserAggregate(draft, user, expect, { revise })
    const after = events.length > 0 ? draftUserEvents(core, draft, drafted, user, events) : user
    draft.send(issued.messagesIn(user.orgId))
    const changedKeys = draftMetadataChanges(draft, drafted, subject, changes, await stored, ruled)
    const { createdAt, orgId } = user
    if (!draft.hasEvents) {
      return { answer: { sequence: aggregate.sequence, createdAt, changedAt: aggregate.changedAt, orgId, changed: [] } }
    }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        ...issued.returned,
        sequence: sequenceOf(drafted.index),
        createdAt,
        changedAt: at,
        orgId,
        changed: [...changedMembers(user, after ?? user), ...changedKeys],
      }),
    }
  })
}

/**
 * What the change comes to, in the order in which ZITADEL's log has it. `now` is the time of a new password.
 *
 * @throws {@link InvalidStateError} when a machine's members are changed on a human, or the other way round.
 */
export function decideUserUpdate(user: User, change: Change, now: number): readonly UserEvent[] {
  return [
    ...decideNames(user, change),
    ...(user.type === 'human' ? decideHuman(user, change, now) : decideMachine(user, change)),
  ]
}

type Change = v.InferOutput<typeof UpdateUserInput>

const ownMembers: readonly string[] = [...profileMembers, 'email', 'phone']

/** Whether users may change this of themselves: neither their names nor what they have to prove. */
const isOwnChange = (change: Change) =>
  Object.keys(definedMembers(change)).every((member) => ownMembers.includes(member))

function decideNames(user: User, { userName, username, blocked }: Change): readonly UserEvent[] {
  const events: UserEvent[] = []
  if (userName !== undefined && userName !== user.userName) {
    events.push({ type: 'user.username.changed', payload: { userName } })
  }
  const account = {
    ...(username !== undefined && username !== user.username && { username }),
    ...(blocked !== undefined && blocked !== user.blocked && { blocked }),
  }
  if (Object.keys(account).length > 0) events.push({ type: 'user.account.changed', payload: account })
  if (blocked === true && (user.state === 'active' || user.state === 'initial')) events.push(fact('user.locked'))
  if (blocked === false && user.state === 'locked') events.push(fact('user.unlocked'))
  return events
}

function decideHuman(user: User, change: Change, now: number): readonly UserEvent[] {
  if (change.description !== undefined || change.accessTokenType !== undefined)
    throw new InvalidStateError('user_not_machine')
  const events: UserEvent[] = []
  const profile: ProfileChange = changedOf(user, change, profileMembers)
  if (Object.keys(profile).length > 0) events.push({ type: 'user.human.profile.changed', payload: profile })

  const { email, emailVerified, phone, phoneVerified, passwordChanged } = change
  const newEmail = email !== undefined && email !== user.email
  const hasEmail = (email === undefined ? user.email : email) !== null
  if (newEmail || (emailVerified === false && user.emailVerified)) {
    events.push({ type: 'user.human.email.changed', payload: { email: email === undefined ? user.email : email } })
  }
  if (hasEmail && emailVerified && (newEmail || !user.emailVerified)) events.push(fact('user.human.email.verified'))
  else if (newEmail && hasEmail) events.push(codeAdded('email'))

  const newPhone = phone !== undefined && phone !== user.phone
  if (newPhone && phone === null) events.push(fact('user.human.phone.removed'))
  const number = phone ?? user.phone
  if (phone !== null && number !== null) {
    if (newPhone || (phoneVerified === false && user.phoneVerified)) {
      events.push({ type: 'user.human.phone.changed', payload: { phone: number } })
    }
    if (phoneVerified && (newPhone || !user.phoneVerified)) events.push(fact('user.human.phone.verified'))
    else if (newPhone) events.push(codeAdded('phone'))
  }
  if (passwordChanged) events.push({ type: 'user.human.password.changed', payload: { passwordChangedAt: now } })
  return events
}

function decideMachine(user: User, change: Change): readonly UserEvent[] {
  const { displayName, description, accessTokenType, ...others } = change
  const { userName, username, blocked, ...human } = others
  if (Object.values(human).some((value) => value !== undefined) || displayName === null) {
    throw new InvalidStateError('user_not_human')
  }
  const text = description === '' ? null : description
  const payload = {
    ...(displayName !== undefined && displayName !== user.displayName && { name: displayName }),
    ...(text !== undefined && text !== user.description && { description: text }),
    ...(accessTokenType !== undefined && accessTokenType !== user.accessTokenType && { accessTokenType }),
  }
  return Object.keys(payload).length > 0 ? [{ type: 'user.machine.changed', payload }] : []
}

function changedOf<K extends keyof User & keyof Change>(
  user: User,
  change: Change,
  members: readonly K[],
): Defined<Pick<Change, K>> {
  const changed = members.filter((member) => change[member] !== undefined && change[member] !== user[member])
  return Object.fromEntries(changed.map((member) => [member, change[member]])) as Defined<Pick<Change, K>>
}

function changedMembers(before: User, after: User): readonly string[] {
  const dated: readonly string[] = ['sequence', 'changedAt']
  return (Object.keys(after) as (keyof User)[]).filter(
    (member) => !dated.includes(member) && after[member] !== before[member],
  )
}
