import * as v from 'valibot'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { AppendedEvent, DomainEvent } from '../events/event'
import { text } from '../input'
import { builtInRoles } from '../permissions/built-in-roles'
import type { RoleTable } from '../permissions/role-table'
import type { AggregateKey, Claim, MemberKey, MemberLevel, MemberRecord } from '../storage/records'

/** A user's place in an org or in the instance. */
export type Member = MemberRecord

type MemberVerb = 'added' | 'changed' | 'removed' | 'cascade.removed'

export type MemberEvent = DomainEvent<
  `${MemberLevel}.member.${MemberVerb}`,
  {
    readonly userId: string
    readonly roles?: readonly string[]
    readonly expiresAt?: number | null
    /** Of a new one: when it came to be elsewhere. */
    readonly createdAt?: number
  }
>

/** What a change of a membership writes to. */
export interface MemberChange {
  readonly aggregate: AggregateKey
  readonly owner: string
  readonly claim: Claim
  event(verb: MemberVerb, payload: MemberEvent['payload']): MemberEvent
}

export function memberChange(instanceId: string, { level, orgId, userId }: MemberKey): MemberChange {
  return {
    aggregate: level === 'instance' ? { type: 'instance', id: instanceId } : { type: 'org', id: orgId },
    owner: level === 'instance' ? '' : orgId,
    // Ids are opaque and may hold any separator.
    claim: { type: 'member', value: JSON.stringify([level, orgId, userId]) },
    event: (verb, payload) => ({ type: `${level}.member.${verb}`, payload }),
  }
}

/** One membership after `event`, which has to be about that membership. */
export function evolveMember(member: MemberRecord | undefined, event: AppendedEvent): MemberRecord | undefined {
  const { type, payload, sequence, createdAt } = event as AppendedEvent & MemberEvent
  const [level, , verb] = type.split('.') as [MemberLevel, string, string]
  const { userId, roles = [], expiresAt = null } = payload
  switch (verb) {
    case 'added':
      return {
        level,
        orgId: level === 'instance' ? '' : event.aggregate.id,
        userId,
        roles,
        expiresAt,
        sequence,
        createdAt: payload.createdAt ?? createdAt,
        changedAt: createdAt,
      }
    case 'changed':
      return member && { ...member, roles, expiresAt, sequence, changedAt: createdAt }
    default:
      return undefined
  }
}

/** Whether there is no membership, or none that counts any more. */
export function isOver(member: Pick<MemberRecord, 'expiresAt'> | undefined, now: number): boolean {
  return member === undefined || (member.expiresAt !== null && member.expiresAt <= now)
}

export const maxMemberRoles = 100

/** At most 100, in the order given. */
export const memberRoles = v.pipe(
  v.array(text(1, 200), 'must be a list'),
  v.maxLength(maxMemberRoles, 'must be at most 100'),
)

/**
 * Roles a member of that level may hold: the built-in ones of the level, all of the host's own and all that were created.
 * In an org `SELF_MANAGEMENT_GLOBAL` may be held, but only by itself, and only from the start.
 *
 * @param created - Ids of roles that were created, of those among `roles`.
 * @throws {@link InvalidInputError} naming `roles`.
 */
export function checkRoles(
  table: RoleTable,
  level: MemberLevel,
  roles: readonly string[],
  adding: boolean,
  created: readonly string[] = [],
): void {
  const prefix = level === 'instance' ? 'IAM' : 'ORG'
  const isHostRole = (role: string) => !Object.hasOwn(builtInRoles, role)
  const fits = (role: string) =>
    table.has(role) ? role.startsWith(prefix) || isHostRole(role) : created.includes(role)
  if (roles.every(fits)) return
  if (level === 'org' && adding && roles.every((role) => role === 'SELF_MANAGEMENT_GLOBAL')) return
  throw new InvalidInputError('roles', `must be roles of ${level === 'instance' ? 'the instance' : 'an org'}`)
}
