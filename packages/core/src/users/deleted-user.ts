import type { AppendedEvent, DomainEvent } from '../events/event'
import { isOver } from '../members/member'
import type { DeletedNames, DeletedUserRecord, MemberLevel, UserRecord } from '../storage/records'

/** A user that was deleted and can come back until its time is over. */
export interface DeletedUser {
  readonly userId: string
  readonly orgId: string
  readonly type: UserRecord['type']
  readonly userName: string
  readonly displayName: string | null
  /** Whether its names are still its own. */
  readonly names: DeletedNames
  /** Milliseconds since the epoch, exclusive. */
  readonly undeleteUntil: number
  /** Milliseconds since the epoch. */
  readonly deletedAt: number
  /** Of the event that says so: the version that `ifVersion` names. */
  readonly sequence: string
}

/** A membership that went with its user. */
export type KeptMembership = {
  readonly level: MemberLevel
  readonly orgId: string
  readonly roles: readonly string[]
  readonly expiresAt: number | null
}

/** All of a user but what the event itself says. */
export type UndeletedMembers = Omit<UserRecord, 'userId' | 'orgId' | 'sequence' | 'changedAt'>

export type DeletedUserEvent =
  /** Behind `user.removed`: it can be undone until then. */
  | DomainEvent<
      'user.undelete.offered',
      Pick<DeletedUserRecord, 'type' | 'userName' | 'displayName' | 'names' | 'undeleteUntil' | 'identities'> & {
        readonly memberships: readonly KeptMembership[]
      }
    >
  | DomainEvent<'user.undelete.ended', Readonly<Record<string, never>>>
  /** The user begins anew, with what it was. */
  | DomainEvent<'user.undeleted', UndeletedMembers>

export const undeleteEnded: DeletedUserEvent = { type: 'user.undelete.ended', payload: {} }

/** Who can come back, after `event` of the user. */
export function evolveDeletedUser(
  deleted: DeletedUserRecord | undefined,
  event: AppendedEvent,
): DeletedUserRecord | undefined {
  const { type, payload } = event as AppendedEvent & DeletedUserEvent
  if (type === 'user.undelete.offered') {
    const { memberships: _, ...members } = payload
    const { sequence, createdAt } = event
    return {
      userId: event.aggregate.id,
      orgId: event.owner,
      ...members,
      sequence,
      createdAt,
      changedAt: createdAt,
    }
  }
  return type === 'user.undelete.ended' || type === 'user.undeleted' ? undefined : deleted
}

/** Whether it is too late. */
export const isTooLate = ({ undeleteUntil }: DeletedUserRecord, now: number): boolean =>
  isOver({ expiresAt: undeleteUntil }, now)

export function shownDeleted({
  identities: _,
  createdAt: deletedAt,
  changedAt,
  ...shown
}: DeletedUserRecord): DeletedUser {
  return { ...shown, deletedAt }
}
