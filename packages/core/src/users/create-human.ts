import * as v from 'valibot'
import type { Actor } from '../actor'
import { codeWishes, issueCodes, type ReturnedCodes } from '../codes/issue-codes'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core, Drafted } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import { emailAddress, id, parseInput, phoneNumber, text, time } from '../input'
import { draftMetadata, parseFirstMetadata } from '../metadata/draft-metadata'
import { metadataByNamespace } from '../metadata/metadata-input'
import { requireCallableChanges } from '../metadata/metadata-subject'
import { ruleFirst } from '../metadata-definition/ruled-change'
import type { DryRunOption } from '../rehearse'
import type { Written } from '../written'
import { createUser } from './create-user'
import { draftUserAggregate, draftUserEvents } from './draft-user-change'
import { expectUnlinked } from './require-unlinked'
import { codeAdded, fact, type UserEvent } from './user'

const optionalText = (max: number) => v.optional(text(1, max))

/** Input of {@link createHuman}. Lengths count characters (code points). */
export const CreateHumanInput = v.strictObject({
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  userId: v.optional(id),
  /** The owning org. Absent: the one the call works in, else the default org. */
  orgId: v.optional(id),
  /**
   * 1 to 200 characters, unique whatever their case: in the instance, or in the org where users sign in with its domains.
   * Absent: the e-mail, else the id.
   */
  userName: optionalText(200),
  firstName: optionalText(200),
  lastName: optionalText(200),
  nickName: optionalText(300),
  /** As long as two names may be. Absent: first and last name, where there are any. */
  displayName: optionalText(401),
  /** BCP 47. */
  preferredLanguage: optionalText(10),
  gender: v.optional(v.picklist(['female', 'male', 'diverse'])),
  avatarUrl: optionalText(2000),
  email: v.optional(emailAddress),
  emailVerified: v.optional(v.boolean()),
  phone: v.optional(phoneNumber),
  phoneVerified: v.optional(v.boolean()),
  /** `initial` waits for the user to be initialized elsewhere. Default `active`. */
  state: v.optional(v.picklist(['active', 'initial'])),
  /** A password was set somewhere: only the time is kept. */
  hasPassword: v.optional(v.boolean()),
  /** Auth0: e-mail and username are unique in it. */
  connection: optionalText(128),
  /** Auth0: unique in the connection. */
  username: optionalText(128),
  blocked: v.optional(v.boolean()),
  /**
   * When the person came to be elsewhere, in milliseconds since the epoch: not before it, not in the future. For the
   * system alone, which moves users here. Absent: now.
   */
  createdAt: v.optional(v.pipe(time, v.minValue(0, 'must not be before 1970'))),
  /** First entries, by namespace. */
  metadata: v.optional(metadataByNamespace),
  ...codeWishes,
})
export type CreateHumanInput = v.InferInput<typeof CreateHumanInput>

export interface CreatedUser extends Written, ReturnedCodes {
  readonly userId: string
}

/** A person that somebody is about to create. */
export interface HumanPlan {
  readonly userId: string
  /** The id where it was chosen. */
  readonly chosenId: string | undefined
  /** The org that was asked for. */
  readonly orgId: string | undefined
  /** Where it is another time than that of the commit. */
  readonly createdAt: number | undefined
  /** The codes that the answer shall hold. */
  readonly codes: ReturnedCodes
  /**
   * The user name where its domain counts: one that was given. A default is what the e-mail is, and a user of a connection
   * signs in by something else.
   */
  readonly givenName: string | undefined
  /** Drafts the person as a user of an org, which has to live when the draft is stored. */
  draftIn(draft: CommitDraft, orgId: string): AggregateDraft
}

/**
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateHumanInput}.
 * @throws {@link PermissionDeniedError} for `createdAt` unless the system calls.
 */
export function planHuman(core: Core, actor: Actor, input: CreateHumanInput): HumanPlan {
  const human = parseInput(CreateHumanInput, input)
  const { orgId, createdAt, userName, email, phone } = human
  if (createdAt !== undefined) {
    if (actor.type !== 'system') throw new PermissionDeniedError('user.write', 'missing_permission')
    if (createdAt > core.now()) throw new InvalidInputError('createdAt', 'must not be in the future')
  }
  const userId = human.userId ?? core.newId()
  const events: UserEvent[] = [{ type: 'user.human.added', payload: addedPayload(core, userId, human) }]
  if (email !== undefined && human.emailVerified) events.push(fact('user.human.email.verified'))
  if (human.state === 'initial') events.push(codeAdded('initialization'))
  else if (email !== undefined && !human.emailVerified) events.push(codeAdded('email'))
  if (phone !== undefined) {
    events.push(human.phoneVerified ? fact('user.human.phone.verified') : codeAdded('phone'))
  }

  // Auth0's `blocked` and ZITADEL's lock are one thing seen from two sides.
  if (human.blocked === true) events.push(fact('user.locked'))
  const firstEntries = parseFirstMetadata(human.metadata, core.metadataRules, 'user')
  requireCallableChanges(actor, 'user.write', firstEntries)
  const ruled = firstEntries.map(([, change]) => ruleFirst(core, actor, 'user.write', change))
  const issued = issueCodes(core, userId, undefined, events, human)
  return {
    userId,
    chosenId: human.userId,
    orgId,
    createdAt,
    codes: issued.returned,
    givenName: human.connection === undefined ? userName : undefined,
    draftIn(draft, ownerId) {
      const aggregate = draftUserAggregate(draft, { userId, orgId: ownerId }, 'new', { revise: true })
      expectUnlinked(draft, aggregate, human.userId)
      draftUserEvents(core, draft, aggregate, undefined, issued.events)
      draft.send(issued.messagesIn(ownerId))
      for (const [index, [namespace, change]] of firstEntries.entries()) {
        const subject = { subjectType: 'user', subjectId: userId } as const
        draftMetadata(draft, aggregate, subject, namespace, change, [], ruled[index])
      }
      return aggregate
    },
  }
}

type AddedPayload = Extract<UserEvent, { readonly type: 'user.human.added' }>['payload']

/** What was given, and what follows from it. Member by member, since copies with and without some are slow to make. */
function addedPayload(core: Core, userId: string, human: v.InferOutput<typeof CreateHumanInput>): AddedPayload {
  const { firstName, lastName, nickName, preferredLanguage, gender, avatarUrl, email, phone } = human
  const { connection, username, blocked, createdAt } = human
  const fullName = firstName === undefined || lastName === undefined ? undefined : `${firstName} ${lastName}`
  const displayName = human.displayName ?? fullName ?? firstName ?? lastName

  const payload: { -readonly [Member in keyof AddedPayload]: AddedPayload[Member] } = {
    userName: human.userName ?? email ?? userId,
  }
  if (displayName !== undefined) payload.displayName = displayName
  if (firstName !== undefined) payload.firstName = firstName
  if (lastName !== undefined) payload.lastName = lastName
  if (nickName !== undefined) payload.nickName = nickName
  if (preferredLanguage !== undefined) payload.preferredLanguage = preferredLanguage
  if (gender !== undefined) payload.gender = gender
  if (avatarUrl !== undefined) payload.avatarUrl = avatarUrl
  if (email !== undefined) payload.email = email
  if (phone !== undefined) payload.phone = phone
  if (connection !== undefined) payload.connection = connection
  if (username !== undefined) payload.username = username
  if (blocked !== undefined) payload.blocked = blocked
  if (createdAt !== undefined) payload.createdAt = createdAt
  if (human.hasPassword) payload.passwordChangedAt = core.now()
  return payload
}

/**
 * Creates a person.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateHumanInput}.
 * @throws {@link PermissionDeniedError} without `user.write`, or for `createdAt` unless the system calls.
 * @throws {@link AlreadyExistsError} when the id, the user name, or in the connection the e-mail or username is taken; or
 * `user_name_domain` when the user name was given, without a connection, and ends with a verified domain of another org.
 * @throws {@link NotFoundError} when the org does not exist.
 */
export async function createHuman(
  core: Core,
  actor: Actor,
  input: CreateHumanInput,
  options: DryRunOption = {},
): Promise<CreatedUser> {
  const { userId, chosenId, orgId: chosenOrg, createdAt, codes, givenName, draftIn } = planHuman(core, actor, input)
  const draftHuman = (draft: CommitDraft, orgId: string): Drafted<CreatedUser> => {
    const aggregate = draftIn(draft, orgId)
    return {
      draft,
      answer: ({ at, sequenceOf }) => {
        const sequence = sequenceOf(aggregate.index)
        return Object.assign({ userId, orgId, sequence, createdAt: createdAt ?? at, changedAt: at }, codes)
      },
    }
  }
  return createUser(core, actor, { chosenId, chosenOrg, givenName }, draftHuman, options)
}
