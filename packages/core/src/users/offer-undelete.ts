import * as v from 'valibot'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { WriteOptions } from '../expected-version'
import { parseInput, time } from '../input'
import type { DeletedNames, UserRecord } from '../storage/records'
import { evolveDeletedUser } from './deleted-user'
import type { UserBelongings } from './draft-user-removal'
import { identityClaims, type LinkedIdentity, linkKey } from './identity'
import { claimsOf } from './user'

/** Options of {@link deleteUser}. Without a time the user is gone for good at once. */
export interface DeleteUserOptions extends WriteOptions {
  /** For how long it can come back, in milliseconds. */
  readonly undeleteFor?: number | undefined
  /** Until when, in milliseconds since the epoch, exclusive. Instead of {@link DeleteUserOptions.undeleteFor}. */
  readonly undeleteUntil?: number | undefined
  /**
   * What becomes of its names meanwhile, and of all else that has to be unique. `held`, unless said: nobody may take them.
   * `freed`: anybody may, and it may have to come back under others.
   */
  readonly names?: DeletedNames | undefined
}

/** What a deletion that can be undone has been told. */
export interface UndeleteOffer {
  readonly names: DeletedNames
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** The last moment a `Date` knows. */
const lastTime = 8_640_000_000_000_000

const options = v.object({
  undeleteFor: v.optional(v.pipe(v.number('must be milliseconds'), v.safeInteger('must be milliseconds'))),
  undeleteUntil: v.optional(time),
  names: v.optional(v.picklist(['held', 'freed'], 'must be held or freed')),
})

/**
 * `undefined`: it cannot be undone.
 *
 * @throws {@link InvalidInputError} for two times, none that is still to come, or names without a time.
 */
export function parseOffer(core: Core, given: DeleteUserOptions = {}): UndeleteOffer | undefined {
  const { undeleteFor, undeleteUntil, names } = parseInput(options, given)
  if (undeleteFor === undefined && undeleteUntil === undefined) {
    if (names !== undefined) throw new InvalidInputError('names', 'needs undeleteFor or undeleteUntil')
    return undefined
  }
  if (undeleteFor !== undefined && undeleteUntil !== undefined) {
    throw new InvalidInputError('undeleteUntil', 'must not stand beside undeleteFor')
  }
  const path = undeleteFor === undefined ? 'undeleteUntil' : 'undeleteFor'
  const until = undeleteUntil ?? core.now() + (undeleteFor ?? 0)
  if (until <= core.now()) throw new InvalidInputError(path, 'must end in the future')
  if (until > lastTime) throw new InvalidInputError(path, 'must end before the year 275760')
  return { names: names ?? 'held', until }
}

/** Drafts, behind the removal of a user, that it can come back. What is linked to it stays linked. */
export function draftOffer(
  core: Core,
  draft: CommitDraft,
  drafted: AggregateDraft,
  user: UserRecord,
  { memberships }: UserBelongings,
  linked: readonly LinkedIdentity[],
  { names, until }: UndeleteOffer,
): void {
  const { userId, orgId, type, userName, displayName } = user
  const event = drafted.append({
    type: 'user.undelete.offered',
    payload: {
      type,
      userName,
      displayName,
      names,
      undeleteUntil: until,
      identities: linked.map((identity) => identity.userId),
      memberships: memberships.map(({ level, orgId, roles, expiresAt }) => ({ level, orgId, roles, expiresAt })),
    },
  })
  const record = evolveDeletedUser(undefined, event)
  if (record !== undefined) draft.put('deletedUser', record)
  draft.putEntry(linkKey(userId), { json: JSON.stringify(userId) }, event)
  if (names === 'held') {
    // Released with the user, and taken back.
    for (const claim of claimsOf(user, core.userLoginMustBeDomain)) {
      draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
    }
  } else {
    for (const identity of linked) {
      for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) draft.releaseClaim(claim)
    }
  }
}
