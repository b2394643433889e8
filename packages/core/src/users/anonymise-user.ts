import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { appendedEvent } from '../events/event'
import { requireVersion, type WriteOptions } from '../expected-version'
import { type AnonymisedEvent, erased, isAnonymised } from '../history/folded-event'
import { scrubUser } from '../history/scrub-user'
import { isNamed, subjectLog } from '../history/subject-log'
import { applyToState, carriedState, emptyState, type SubjectState } from '../history/subject-state'
import { isStorable, notStorable, parseInput } from '../input'
import { touchedNamespace } from '../metadata/metadata'
import { readHeldClaims } from '../metadata-definition/unique-claims'
import { scopeOf } from '../permissions/permission-scope'
import type { EntryRecord, StoredEvent, UserRecord } from '../storage/records'
import type { Written } from '../written'
import { draftIdentityRemoval, readIdentities } from './draft-identities'
import { answerOfUser, draftUserAggregate, draftUserEvents } from './draft-user-change'
import { loadUserForChange } from './load-user'
import { profileMembers } from './profile-members'

const personal = ['userName', ...profileMembers, 'email', 'phone', 'username'] as const

/** A member of a user that says who somebody is. */
export type PersonalField = (typeof personal)[number]

/** Options of {@link anonymiseUser}. */
export interface AnonymiseOptions extends WriteOptions {
  /** Members that stay as they are. Default: none. */
  readonly keep?: readonly PersonalField[] | undefined
  /**
   * Which metadata stays. `unredacted`, unless said: keys that a definition knows and neither redacts nor encrypts. `none`:
   * none. What nothing is said of goes either way.
   */
  readonly metadata?: 'unredacted' | 'none' | undefined
  /** Why: stands in the event, in place of the reason of the caller. */
  readonly reason?: string | undefined
}

const options = v.object({
  keep: v.optional(v.array(v.picklist(personal, 'must be a member that says who somebody is'), 'must be a list'), []),
  metadata: v.optional(v.picklist(['unredacted', 'none'], 'must be unredacted or none'), 'unredacted'),
  reason: v.optional(v.pipe(v.string('must be text'), v.check(isStorable, notStorable))),
})

/**
 * Leaves of a person an account that is nobody's: its id, state, memberships and times stay, and its sequence goes on. What
 * says who it is goes, from its log too, of which the event `user.anonymised` is left; its names are free. What is linked to
 * it is erased.
 *
 * What goes from the log goes behind the write, so who was told of an error calls again: what was done already is not done
 * twice.
 *
 * @throws {@link InvalidInputError} for options that are none.
 * @throws {@link PermissionDeniedError} without `user.delete`; for the caller itself, where the call works wherever its
 * subjects live, `user.self.delete` will do.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} `user_not_human`.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function anonymiseUser(
  core: Core,
  actor: Actor,
  userId: string,
  given: AnonymiseOptions = {},
): Promise<Written> {
  const { keep, metadata, reason } = parseInput(options, given)
  const by: Actor = reason === undefined ? actor : { ...actor, reason }
  const written = await core.write<Written>(by, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.delete', { self: 'user.self.delete' })
    const loading = loadUserForChange(core, permitted, userId)
    const linked = readIdentities(core, userId)
    linked.catch(() => undefined)
    const { user, aggregate } = await loading
    requireVersion(aggregate, given)
    if (user.type !== 'human') throw new InvalidStateError('user_not_human')

    const { state, last } = await stateOf(core, userId)
    const isRepeat = last !== undefined && isAnonymised(last)
    // Whoever was anonymised last of all has a name already that says nothing.
    const userName = isRepeat || keep.includes('userName') ? user.userName : `anonymous-${core.newId()}`
    const record = anonymous(user, userName, keep)
    const [kept, gone] = partition([...state.entries.values()], (entry) => stays(core, entry, metadata))
    const identities = await linked
    if (isRepeat && gone.length === 0 && identities.length === 0 && isSame(user, record)) {
      const { sequence, createdAt, changedAt, orgId } = user
      return { answer: { sequence, createdAt, changedAt, orgId } }
    }

    // All that is there was read from the log, so that nothing may come in between.
    const expect = { revision: aggregate.revision, sequence: aggregate.sequence }
    const drafted = draftUserAggregate(draft, user, expect, { revise: true })
    const { userId: _, orgId, sequence: __, changedAt: ___, ...members } = record
    const after = { ...state, record, entries: new Map(kept.map((entry, index) => [String(index), entry])) }
    const event: AnonymisedEvent = {
      type: 'user.anonymised',
      payload: { record: members, state: carriedState(after) },
    }
    draftUserEvents(core, draft, drafted, user, [event])
    for (const { subjectType, subjectId, namespace, key } of gone) {
      draft.removeEntries({ key: { subjectType, subjectId, namespace, key } })
    }
    for (const rules of core.metadataRules?.namespaces ?? []) {
      if (rules.subjectType !== 'user') continue
      const subject = { subjectType: 'user', subjectId: userId } as const
      for (const claim of await readHeldClaims(core, rules, subject, gone)) draft.releaseClaim(claim)
    }
    for (const identity of identities) draftIdentityRemoval(core, draft, user, identity).append(erased)
    return {
      draft,
      answer: answerOfUser(drafted, user),
    }
  })
  await scrubUser(core, userId)
  return written
}

function anonymous(user: UserRecord, userName: string, keep: readonly PersonalField[]): UserRecord {
  const neutral = Object.fromEntries(
    personal.filter((member) => !keep.includes(member)).map((member) => [member, null]),
  )
  const left: UserRecord = { ...user, ...neutral, userName }
  return {
    ...left,
    emailVerified: user.emailVerified && left.email !== null,
    phoneVerified: user.phoneVerified && left.phone !== null,
  }
}

const isSame = (user: UserRecord, other: UserRecord) => personal.every((member) => user[member] === other[member])

function stays(core: Core, { namespace, key }: EntryRecord, metadata: 'unredacted' | 'none'): boolean {
  // That a namespace was ever written says nothing of anybody.
  if (namespace === touchedNamespace) return true
  if (metadata === 'none' || !isNamed(namespace)) return false
  const rule = core.metadataRules?.of('user', namespace)?.keys.get(key)
  return rule?.redact === false && rule.encrypted === undefined
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter((one) => !test(one))]
}

async function stateOf(
  core: Core,
  userId: string,
): Promise<{ readonly state: SubjectState; readonly last: StoredEvent | undefined }> {
  const state = emptyState()
  let last: StoredEvent | undefined
  for await (const event of subjectLog(core, { type: 'user', id: userId })) {
    applyToState(state, appendedEvent(event))
    last = event
  }
  return { state, last }
}
