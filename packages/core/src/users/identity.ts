import type { AppendedEvent } from '../events/event'
import { definedMembers } from '../input'
import type { EntryKey, EntryRecord, UserRecord } from '../storage/records'
import type { DeletedUserEvent } from './deleted-user'
import { profileMembers } from './profile-members'
import { claimsOf, codeAdded, fact, type UserEvent } from './user'

/** What is kept of a user while it is linked to another one: all but its metadata, memberships and times. */
export type LinkedIdentity = Pick<UserRecord, (typeof identityMembers)[number]>

const identityMembers = [
  'userId',
  'userName',
  'state',
  ...profileMembers,
  'email',
  'emailVerified',
  'phone',
  'phoneVerified',
  'connection',
  'username',
  'blocked',
  'passwordChangedAt',
] as const satisfies readonly (keyof UserRecord)[]

/** Most users that may be linked to one. */
export const maxIdentities = 100

/**
 * Where a user's identities are kept: as an entry, so that they go when the user goes and searches reach them. No call
 * names it, for it is no valid namespace.
 */
export const identitiesNamespace = '$identities'
export const identitiesEntry = 'linked'

export const identitiesKey = (userId: string): EntryKey => ({
  subjectType: 'user',
  subjectId: userId,
  namespace: identitiesNamespace,
  key: identitiesEntry,
})

/**
 * Where it is kept to whom an id is linked that is no user any more, so that nobody becomes a user under it meanwhile: to
 * itself while it can come back.
 */
export const linkNamespace = '$linked'

export const linkKey = (userId: string): EntryKey => ({
  subjectType: 'user',
  subjectId: userId,
  namespace: linkNamespace,
  key: 'to',
})

export const identityOf = (user: UserRecord): LinkedIdentity =>
  Object.fromEntries(identityMembers.map((member) => [member, user[member]])) as LinkedIdentity

/** As an entry holds them. Conditions of a search ask for what is there, so what is not there gets a text as well. */
export function identitiesJson(identities: readonly LinkedIdentity[]): string {
  return JSON.stringify(
    identities.map(({ connection, ...identity }) => ({
      ...identity,
      connection: connection ?? '',
      ...splitId(identity.userId),
    })),
  )
}

/** An id is its provider, `|` and what the provider knows the user by; where nothing says the provider, all of it. */
function splitId(userId: string) {
  const bar = userId.indexOf('|')
  return { provider: userId.slice(0, Math.max(bar, 0)), idAtProvider: userId.slice(bar + 1) }
}

export function keptIdentities(entry: EntryRecord | undefined): readonly LinkedIdentity[] {
  if (entry === undefined || !('json' in entry.value)) return []
  const kept = JSON.parse(entry.value.json) as readonly UserRecord[]
  return kept.map((identity) => identityOf({ ...identity, connection: identity.connection || null }))
}

/** The identities of a user after `event`, in the order in which they were linked. */
export function evolveIdentities(
  identities: readonly LinkedIdentity[],
  event: AppendedEvent,
): readonly LinkedIdentity[] {
  const { type, payload } = event as AppendedEvent & UserEvent
  switch (type) {
    case 'user.identity.added':
      return [...identities, payload]
    case 'user.identity.removed':
      return identities.filter(({ userId }) => userId !== payload.userId)
    case 'user.removed':
      return []
    default:
      return identities
  }
}

/** To whom an id is linked after `event`. */
export function evolveLink(linkedTo: string | undefined, event: AppendedEvent): string | undefined {
  const { type, payload } = event as AppendedEvent & (UserEvent | DeletedUserEvent)
  switch (type) {
    case 'user.linked':
      return payload.userId
    // Kept for the user itself, which can come back.
    case 'user.undelete.offered':
      return event.aggregate.id
    case 'user.unlinked':
    case 'user.undelete.ended':
    case 'user.undeleted':
      return undefined
    default:
      return linkedTo
  }
}

/** To whom else an id is linked, by what is kept of that. */
export function linkedToOther(link: EntryRecord | undefined): string | undefined {
  if (link === undefined || !('json' in link.value)) return undefined
  const to = JSON.parse(link.value.json) as string
  return to === link.subjectId ? undefined : to
}

/** All claims of an identity: they stay where they are while it is linked, so that it can always be a user again. */
export const identityClaims = (identity: LinkedIdentity, orgId: string, userLoginMustBeDomain: boolean) =>
  claimsOf({ ...identity, orgId }, userLoginMustBeDomain)

/** What makes an identity a user again, in the state in which it was linked. */
export function decideUser(identity: LinkedIdentity): readonly UserEvent[] {
  const { userId, state, emailVerified, phoneVerified, ...members } = identity
  const given = Object.entries(members).map(([name, value]) => [name, value ?? undefined] as const)
  const payload = { ...definedMembers(Object.fromEntries(given)), userName: identity.userName }
  return [
    { type: 'user.human.added', payload },
    ...(emailVerified ? [fact('user.human.email.verified')] : []),
    ...(phoneVerified ? [fact('user.human.phone.verified')] : []),
    ...stateEvents[state],
  ]
}

const stateEvents: Readonly<Record<UserRecord['state'], readonly UserEvent[]>> = {
  active: [],
  inactive: [fact('user.deactivated')],
  locked: [fact('user.locked')],
  initial: [codeAdded('initialization')],
}
