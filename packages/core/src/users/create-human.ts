import * as v from 'valibot'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { definedMembers, emailAddress, id, parseInput, phoneNumber, text } from '../input'
import { draftMetadata, parseFirstMetadata } from '../metadata/draft-metadata'
import { metadataByNamespace } from '../metadata/metadata-input'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftUserAggregate, draftUserEvents } from './draft-user-change'
import { draftOwnerOrg, ownerOrgOf } from './owner-org'
import { fact, type UserEvent } from './user'

const optionalText = (max: number) => v.optional(text(1, max))

/** Input of {@link createHuman}. Lengths count characters (code points). */
export const CreateHumanInput = v.strictObject({
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  userId: v.optional(id),
  /** The owning org. Absent: the one the call works in, else the default org. */
  orgId: v.optional(id),
  /** 1 to 200 characters, unique in the instance whatever their case. Absent: the e-mail, else the id. */
  userName: optionalText(200),
  firstName: optionalText(200),
  lastName: optionalText(200),
  nickName: optionalText(300),
  /** Absent: first and last name, where there are any. */
  displayName: optionalText(300),
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
  /** First entries, by namespace. */
  metadata: v.optional(metadataByNamespace),
})
export type CreateHumanInput = v.InferInput<typeof CreateHumanInput>

export interface CreatedUser extends Written {
  readonly userId: string
}

/** A person that somebody is about to create. */
export interface HumanPlan {
  readonly userId: string
  /** The org that was asked for. */
  readonly orgId: string | undefined
  /** Drafts the person as a user of an org, which has to live when the draft is stored. */
  draftIn(draft: CommitDraft, orgId: string): AggregateDraft
}

/** @throws {@link InvalidInputError} when `input` does not match {@link CreateHumanInput}. */
export function planHuman(core: Core, input: CreateHumanInput): HumanPlan {
  const { userId: chosenId, orgId, state, metadata, ...given } = parseInput(CreateHumanInput, input)
  const { emailVerified, phoneVerified, hasPassword, userName, displayName, ...rest } = given
  const userId = chosenId ?? core.newId()
  const fullName = [rest.firstName, rest.lastName].filter((name) => name !== undefined).join(' ')
  const named = displayName ?? (fullName === '' ? undefined : fullName)

  const events: UserEvent[] = [
    {
      type: 'user.human.added',
      payload: {
        ...definedMembers(rest),
        userName: userName ?? rest.email ?? userId,
        ...(named === undefined ? {} : { displayName: named }),
        ...(hasPassword && { passwordChangedAt: core.now() }),
      },
    },
  ]
  if (rest.email !== undefined && emailVerified) events.push(fact('user.human.email.verified'))
  if (state === 'initial') events.push(fact('user.human.initialization.code.added'))
  else if (rest.email !== undefined && !emailVerified) events.push(fact('user.human.email.code.added'))
  if (rest.phone !== undefined) {
    events.push(fact(phoneVerified ? 'user.human.phone.verified' : 'user.human.phone.code.added'))
  }

  // Auth0's `blocked` and ZITADEL's lock are one thing seen from two sides.
  if (rest.blocked === true) events.push(fact('user.locked'))
  const firstEntries = parseFirstMetadata(metadata)
  return {
    userId,
    orgId,
    draftIn(draft, ownerId) {
      const aggregate = draftUserAggregate(draft, { userId, orgId: ownerId }, 'new', { revise: true })
      draftUserEvents(draft, aggregate, undefined, events)
      for (const [namespace, change] of firstEntries) {
        draftMetadata(draft, aggregate, { subjectType: 'user', subjectId: userId }, namespace, change, [])
      }
      return aggregate
    },
  }
}

/**
 * Creates a person.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateHumanInput}.
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link AlreadyExistsError} when the id, the user name, or in the connection the e-mail or username is taken.
 * @throws {@link NotFoundError} when the org does not exist.
 */
export async function createHuman(core: Core, actor: Actor, input: CreateHumanInput): Promise<CreatedUser> {
  const { userId, orgId: chosenOrg, draftIn } = planHuman(core, input)
  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'user.write')
    const orgId = await ownerOrgOf(core, scope, chosenOrg)
    draftOwnerOrg(draft, orgId)
    const aggregate = draftIn(draft, orgId)
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        userId,
        orgId,
        sequence: sequenceOf(aggregate.index),
        createdAt: at,
        changedAt: at,
      }),
    }
  })
}
