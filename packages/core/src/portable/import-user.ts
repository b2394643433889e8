import type { CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { evolveAll } from '../events/evolve-all'
import type { UserRecord } from '../storage/records'
import { draftIdentities, draftLinkInOrg } from '../users/draft-identities'
import { draftUserAggregate, draftUserEvents } from '../users/draft-user-change'
import { decideUser, evolveIdentities, identityClaims, type LinkedIdentity, linkKey } from '../users/identity'
import { draftOwnerOrg } from '../users/owner-org'
import { expectUnlinked, requireUnlinked } from '../users/require-unlinked'
import { decideUserUpdate } from '../users/update-user'
import { codeAdded, evolveUser, fact, type UserEvent } from '../users/user'
import { holdsMembers, type Importing, type LineOutcome, outcomeOfExisting, readAggregate } from './importing'
import type { ParsedLines } from './parse-line'
import { readOwner } from './read-owner'

type UserLine = ParsedLines['user']
type UserMembers = Omit<UserRecord, 'sequence' | 'createdAt' | 'changedAt'>

/**
 * A user with what is linked to it. Of one that is there already, what is linked stays as it is.
 *
 * @throws {@link InvalidInputError} for a user that is there and is of another org, type or connection.
 */
export function importUser({ core, mode, write }: Importing, line: UserLine): Promise<LineOutcome> {
  const { userId } = line
  return write(async (draft) => {
    const [aggregate, user, orgId] = await Promise.all([
      readAggregate(core, 'user', userId),
      core.read({ read: 'record', kind: 'user', key: { userId } }),
      readOwner(core, line.orgId),
    ])
    const given = membersOf(line, orgId)
    if (user === undefined || aggregate === undefined) {
      await requireUnlinked(core, userId)
      draftOwnerOrg(draft, orgId)
      draftNewUser(core, draft, line, given)
      return { draft, answer: () => 'created' }
    }
    const settled = outcomeOfExisting(mode, holdsMembers(user, given), 'user_id')
    if (settled !== undefined) return { answer: settled }
    if (user.orgId !== orgId) throw new InvalidInputError('orgId', 'is not the org that owns it')
    for (const name of ['type', 'connection'] as const) {
      if (user[name] !== given[name]) throw new InvalidInputError(name, 'is another one, which cannot be changed')
    }
    const { revision } = aggregate
    const drafted = draftUserAggregate(draft, user, { revision }, { revise: true })
    const events = decideSame(user, given, core.now())
    if (events.length === 0) return { answer: 'unchanged' }
    draftUserEvents(core, draft, drafted, user, events)
    return { draft, answer: () => 'updated' }
  })
}

function membersOf(line: UserLine, orgId: string): UserMembers {
  const { kind: _, at: __, identities: ___, userName, ...members } = line
  const isMachine = line.type === 'machine'
  return {
    ...members,
    orgId,
    userName: userName ?? line.email ?? line.userId,
    ...(isMachine
      ? { displayName: line.displayName ?? userName ?? line.userId, accessTokenType: line.accessTokenType ?? 'bearer' }
      : { description: null, accessTokenType: null }),
    emailVerified: line.emailVerified && line.email !== null,
    phoneVerified: line.phoneVerified && line.phone !== null,
  }
}

function draftNewUser(core: Core, draft: CommitDraft, line: UserLine, given: UserMembers): void {
  const { userId, orgId } = given
  const createdAt = line.at?.createdAt === undefined ? {} : { createdAt: line.at.createdAt }
  const drafted = draftUserAggregate(draft, given, 'new', { revise: true })
  expectUnlinked(draft, drafted, userId)
  draftUserEvents(core, draft, drafted, undefined, given.type === 'human' ? humanEvents() : machineEvents())
  if (line.identities.length === 0) return
  draftLinkInOrg(draft, orgId)
  let identities: readonly LinkedIdentity[] = []
  for (const identity of line.identities) {
    const added = drafted.append({ type: 'user.identity.added', payload: identity })
    identities = evolveIdentities(identities, added)
    draftIdentities(draft, userId, identities, added)
    const other = draftUserAggregate(draft, { userId: identity.userId, orgId }, 'new', { revise: true, removes: true })
    const link = other.append({ type: 'user.linked', payload: { userId } })
    draft.expectEntry(linkKey(identity.userId), undefined, other)
    draft.putEntry(linkKey(identity.userId), { json: JSON.stringify(userId) }, link)
    for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) {
      draft.takeClaim({ ...claim, ownerType: 'user', ownerId: identity.userId })
    }
  }

  function humanEvents(): readonly UserEvent[] {
    const [added, ...rest] = decideUser(given)
    return [{ ...added, payload: { ...added!.payload, ...createdAt } } as UserEvent, ...rest]
  }

  function machineEvents(): readonly UserEvent[] {
    const { userName, displayName, description, accessTokenType, username, blocked, state } = given
    const name = displayName ?? userName
    const payload = { userName, name, description, accessTokenType: accessTokenType ?? 'bearer', ...createdAt }
    const account = { ...(username !== null && { username }), ...(blocked !== null && { blocked }) }
    return [
      { type: 'user.machine.added', payload },
      ...(Object.keys(account).length > 0 ? [{ type: 'user.account.changed', payload: account } as const] : []),
      ...stateEvents('active', state),
    ]
  }
}

/** What makes of a user that is there what a line says. */
function decideSame(user: UserRecord, given: UserMembers, now: number): readonly UserEvent[] {
  const { userName, username, displayName, description, accessTokenType, state, blocked, passwordChangedAt } = given
  const { firstName, lastName, nickName, preferredLanguage, gender, avatarUrl } = given
  const { email, emailVerified, phone, phoneVerified } = given
  const human = { firstName, lastName, nickName, preferredLanguage, gender, avatarUrl, email, emailVerified, phone }
  const events: UserEvent[] = [
    ...decideUserUpdate(
      user,
      given.type === 'human'
        ? { userName, username, displayName, ...human, phoneVerified }
        : {
            userName,
            username,
            displayName,
            description,
            ...(accessTokenType !== null && { accessTokenType }),
          },
      now,
    ),
    ...stateEvents(user.state, state),
  ]
  if (passwordChangedAt !== null && passwordChangedAt !== user.passwordChangedAt) {
    events.push({ type: 'user.human.password.changed', payload: { passwordChangedAt } })
  }
  const stamped = {
    aggregate: { type: 'user', id: user.userId },
    owner: user.orgId,
    sequence: '0',
    createdAt: now,
  } as const
  const after = evolveAll(
    evolveUser,
    user,
    events.map((event) => ({ ...stamped, ...event })),
  )
  if (blocked !== null && after?.blocked !== blocked)
    events.push({ type: 'user.account.changed', payload: { blocked } })
  return events
}

function stateEvents(from: UserRecord['state'], to: UserRecord['state']): readonly UserEvent[] {
  if (from === to) return []
  switch (to) {
    case 'inactive':
      return [fact('user.deactivated')]
    case 'locked':
      return [fact('user.locked')]
    case 'initial':
      return [codeAdded('initialization')]
    case 'active':
      if (from === 'initial') return [fact('user.human.initialization.check.succeeded')]
      return [fact(from === 'locked' ? 'user.unlocked' : 'user.reactivated')]
  }
}
