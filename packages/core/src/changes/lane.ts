import { evolveAccessToken } from '../access-tokens/access-token'
import { evolveClient } from '../clients/client'
import { directoryEventTypes } from '../events/directory-event-types'
import type { AppendedEvent } from '../events/event'
import { evolveInstance } from '../instance/instance'
import type { JsonObject, JsonValue } from '../json'
import { evolveMember } from '../members/member'
import type { MetadataValue } from '../metadata/metadata-input'
import { evolveOrg, evolveOrgDomain } from '../orgs/org'
import { evolveRole } from '../roles/role'
import type {
  AccessTokenRecord,
  AggregateType,
  ClientRecord,
  InstanceRecord,
  MemberRecord,
  OrgDomainRecord,
  OrgRecord,
  RoleRecord,
  UserRecord,
} from '../storage/records'
import { evolveUser } from '../users/user'

/** What one event can be about: lanes of an aggregate are read and known apart, so that a rename needs no members. */
export const lanes = ['record', 'metadata', 'member', 'domain', 'token'] as const
export type Lane = (typeof lanes)[number]

/** Stands for a value that is told to nobody. */
export const redacted = Symbol('redacted')

export type KeptValue = MetadataValue | typeof redacted

/** What is known in a lane: records by what names them in it, or values of metadata by `namespace\nkey`. */
export type LaneState = Map<string, object | KeptValue>

export function laneOf(type: string): Lane {
  if (type.includes('.metadata.')) return 'metadata'
  if (type.includes('.member.')) return 'member'
  if (type.startsWith('org.domain.') && type !== 'org.domain.primary.set') return 'domain'
  return type.startsWith('user.pat.') ? 'token' : 'record'
}

const begins: ReadonlySet<string> = new Set([
  'user.human.added',
  'user.machine.added',
  'user.undeleted',
  // Nothing of what was before is told any more.
  'user.anonymised',
  'org.added',
  'client.added',
])

/** Whether the event begins the life of a subject: its id may have had an earlier one that ended without an event. */
export const isBeginning = (type: string): boolean => begins.has(type)
const ends: ReadonlySet<string> = new Set(['user.removed', 'org.removed', 'client.removed', 'user.linked'])

/** Of its events, those that say what is known in a lane. */
export function typesOf(aggregateType: AggregateType, lane: Lane): readonly string[] {
  return directoryEventTypes.filter((type) => type.startsWith(`${aggregateType}.`) && concerns(type, lane))
}

function concerns(type: string, lane: Lane): boolean {
  if (laneOf(type) === lane || begins.has(type) || ends.has(type)) return true
  return lane === 'domain' && type === 'org.domain.primary.set'
}

/** What names a record among those of its lane. */
export function recordKey(lane: Lane, payload: JsonObject): string {
  const { userId, domain, tokenId } = payload
  if (lane === 'member') return String(userId)
  if (lane === 'domain') return String(domain)
  return lane === 'token' ? String(tokenId) : ''
}

/** What is known after `event`, of which it need not concern the lane. */
export function evolveLane(lane: Lane, state: LaneState, event: AppendedEvent): void {
  if (!concerns(event.type, lane)) return
  // Who belonged to an org that was removed has no event of that: an id begins anew with its next subject.
  if (begins.has(event.type) || ends.has(event.type)) state.clear()
  if (ends.has(event.type)) return
  if (lane === 'metadata') {
    evolveValues(state, event)
    return
  }
  const { domain } = event.payload as { domain?: string }
  const key = recordKey(lane, event.payload)
  if (lane === 'domain' && event.type === 'org.domain.primary.set') {
    for (const [name, record] of state) {
      if (name !== domain) put(state, name, evolveOrgDomain(record as OrgDomainRecord, event))
    }
  }
  if (laneOf(event.type) === lane || lane === 'domain') put(state, key, evolveRecord(lane, state.get(key), event))
}

function put(state: LaneState, key: string, record: object | undefined): void {
  if (record === undefined) state.delete(key)
  else state.set(key, record)
}

function evolveRecord(lane: Lane, known: unknown, event: AppendedEvent): object | undefined {
  if (lane === 'member') return evolveMember(known as MemberRecord | undefined, event)
  if (lane === 'domain') return evolveOrgDomain(known as OrgDomainRecord | undefined, event)
  if (lane === 'token') return evolveAccessToken(known as AccessTokenRecord | undefined, event)
  switch (event.aggregate.type) {
    case 'user':
      return evolveUser(known as UserRecord | undefined, event)
    case 'org':
      return evolveOrg(known as OrgRecord | undefined, event)
    case 'client':
      return evolveClient(known as ClientRecord | undefined, event)
    case 'role':
      return evolveRole(known as RoleRecord | undefined, event)
    case 'instance':
      return evolveInstance(known as InstanceRecord | undefined, event)
  }
}

function evolveValues(state: LaneState, { type, payload }: AppendedEvent): void {
  if (!type.includes('.metadata.')) return
  const { namespace, key } = payload as { namespace: string; key?: string }
  if (type.endsWith('.metadata.set')) state.set(`${namespace}\n${key}`, shownValue(payload))
  else if (type.endsWith('.removed.all')) {
    for (const name of state.keys()) if (name.startsWith(`${namespace}\n`)) state.delete(name)
  } else state.delete(`${namespace}\n${key}`)
}

/** What an event that is shown says a key was set to. */
function shownValue(payload: JsonObject): KeptValue {
  const { value, bytes } = payload as { value?: JsonValue; bytes?: string }
  if (bytes !== undefined) return new Uint8Array(Buffer.from(bytes, 'base64'))
  return value === undefined ? redacted : value
}
