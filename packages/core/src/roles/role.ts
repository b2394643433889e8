import type { AppendedEvent, DomainEvent } from '../events/event'
import type { Claim, RoleRecord } from '../storage/records'

/** A role that was created in the directory. */
export type Role = RoleRecord

export type RoleEvent =
  | DomainEvent<
      'role.added',
      {
        readonly name: string
        readonly description: string | null
        readonly permissions: readonly string[]
        /** When it came to be elsewhere. */
        readonly createdAt?: number
      }
    >
  | DomainEvent<
      'role.changed',
      { readonly name?: string; readonly description?: string | null; readonly permissions?: readonly string[] }
    >
  | DomainEvent<'role.removed', Readonly<Record<string, never>>>

/** The role after `event`; `undefined` once removed. */
export function evolveRole(role: RoleRecord | undefined, event: AppendedEvent): RoleRecord | undefined {
  const { sequence, createdAt, aggregate } = event
  const { type, payload } = event as AppendedEvent & RoleEvent
  switch (type) {
    case 'role.added':
      return {
        roleId: aggregate.id,
        ...payload,
        sequence,
        createdAt: payload.createdAt ?? createdAt,
        changedAt: createdAt,
      }
    case 'role.changed':
      return role && { ...role, ...payload, sequence, changedAt: createdAt }
    case 'role.removed':
      return undefined
    default:
      return role
  }
}

export const roleKey = (roleId: string) => ({ type: 'role', id: roleId }) as const

/** Names are unique in the instance, whatever their case. */
export const roleNameClaim = (name: string): Claim => ({ type: 'role_name', value: name.toLowerCase() })

/** Never released: members keep the ids of roles that are gone, and nobody else's role shall stand under them. */
export const roleIdClaim = (roleId: string): Claim => ({ type: 'role_id', value: roleId })
