import { evolveAccessToken } from '../access-tokens/access-token'
import { evolveClient } from '../clients/client'
import type { AppendedEvent } from '../events/event'
import { evolveInstance } from '../instance/instance'
import type { JsonObject } from '../json'
import { evolveMember } from '../members/member'
import { applyToEntries, entryName } from '../metadata/metadata'
import { evolveOrg, evolveOrgDomain } from '../orgs/org'
import { evolveRole } from '../roles/role'
import type {
  AccessTokenRecord,
  AggregateType,
  DeletedUserRecord,
  EntryRecord,
  MemberRecord,
  OrgDomainRecord,
  RecordMap,
} from '../storage/records'
import { evolveDeletedUser } from '../users/deleted-user'
import { evolveUser } from '../users/user'
import { isAnonymised, isFolded } from './folded-event'
import { applyToCodes, applyToLinks } from './kept-entries'

/** All that the events of one aggregate come to. */
export interface SubjectState {
  record: RecordMap[AggregateType] | undefined
  readonly entries: Map<string, EntryRecord>
  readonly members: Map<string, MemberRecord>
  readonly domains: Map<string, OrgDomainRecord>
  readonly tokens: Map<string, AccessTokenRecord>
  /** Of a user that is gone and can come back. */
  deleted?: DeletedUserRecord | undefined
}

export const emptyState = (): SubjectState => ({
  record: undefined,
  entries: new Map(),
  members: new Map(),
  domains: new Map(),
  tokens: new Map(),
})

/** Events that a subject begins with, whatever was before under its id. */
export const beginnings: readonly string[] = [
  'user.human.added',
  'user.machine.added',
  'user.undeleted',
  'client.added',
  'org.added',
]

/** Brings a state to where it is after `event`. */
export function applyToState(state: SubjectState, event: AppendedEvent): void {
  const { type, aggregate } = event
  if (isFolded(event)) {
    restore(state, event)
    return
  }
  // What went with its org has no event that says so.
  if (beginnings.includes(type)) clear(state)

  applyToEntries(state.entries, event)
  applyToCodes(state.entries, event)
  applyToLinks(state.entries, event)
  if (type.includes('.metadata.')) {
    state.record = evolveRecord(state.record, event)
    return
  }
  const payload = event.payload as { readonly userId?: string; readonly domain?: string; readonly tokenId?: string }
  if (type.includes('.member.')) {
    move(state.members, payload.userId!, (member) => evolveMember(member, event))
    return
  }
  state.record = evolveRecord(state.record, event)
  if (type === 'org.removed') clear(state)
  if (aggregate.type === 'org' && payload.domain !== undefined) {
    const isOfAll = type === 'org.domain.primary.set'
    for (const domain of isOfAll ? [...state.domains.keys(), payload.domain] : [payload.domain]) {
      move(state.domains, domain, (before) => evolveOrgDomain(before, event))
    }
  }
  if (aggregate.type === 'user') {
    state.deleted = evolveDeletedUser(state.deleted, event)
    for (const tokenId of payload.tokenId === undefined ? [...state.tokens.keys()] : [payload.tokenId]) {
      move(state.tokens, tokenId, (token) => evolveAccessToken(token, event))
    }
  }
}

function evolveRecord(record: SubjectState['record'], event: AppendedEvent): SubjectState['record'] {
  switch (event.aggregate.type) {
    case 'user':
      return evolveUser(record as RecordMap['user'] | undefined, event)
    case 'org':
      return evolveOrg(record as RecordMap['org'] | undefined, event)
    case 'client':
      return evolveClient(record as RecordMap['client'] | undefined, event)
    case 'role':
      return evolveRole(record as RecordMap['role'] | undefined, event)
    case 'instance':
      return evolveInstance(record as RecordMap['instance'] | undefined, event)
  }
}

function move<T>(map: Map<string, T>, name: string, evolve: (before: T | undefined) => T | undefined): void {
  const after = evolve(map.get(name))
  if (after === undefined) map.delete(name)
  else map.set(name, after)
}

function clear(state: SubjectState): void {
  state.record = undefined
  state.deleted = undefined
  for (const map of [state.entries, state.members, state.domains, state.tokens]) map.clear()
}

/** A state as the event carries it that stands for those that led to it. */
export function carriedState({ record, entries, members, domains, tokens, deleted }: SubjectState): JsonObject {
  const carried = {
    ...(record !== undefined && { record }),
    entries: [...entries.values()].map(({ value, ...entry }) => ({
      ...entry,
      value: 'json' in value ? value : { bytes: Buffer.from(value.bytes).toString('base64') },
    })),
    members: [...members.values()],
    domains: [...domains.values()],
    tokens: [...tokens.values()],
    ...(deleted !== undefined && { deleted }),
  }
  return JSON.parse(JSON.stringify(carried)) as JsonObject
}

interface Carried {
  readonly record?: RecordMap[AggregateType]
  readonly entries?: readonly (Omit<EntryRecord, 'value'> & { readonly value: { json: string } | { bytes: string } })[]
  readonly members?: readonly MemberRecord[]
  readonly domains?: readonly OrgDomainRecord[]
  readonly tokens?: readonly AccessTokenRecord[]
  readonly deleted?: DeletedUserRecord
}

function restore(state: SubjectState, event: AppendedEvent): void {
  const { payload, sequence, createdAt: changedAt } = event
  clear(state)
  const {
    record,
    entries = [],
    members = [],
    domains = [],
    tokens = [],
    deleted,
  } = (payload.state ?? {}) as object as Carried
  // The event is the last that changed it, not the last of those it stands for.
  state.record = record && isAnonymised(event) ? { ...record, sequence, changedAt } : record
  state.deleted = deleted
  for (const { value, ...entry } of entries) {
    const held = 'json' in value ? value : { bytes: new Uint8Array(Buffer.from(value.bytes, 'base64')) }
    state.entries.set(entryName(entry.namespace, entry.key), { ...entry, value: held })
  }
  for (const member of members) state.members.set(member.userId, member)
  for (const domain of domains) state.domains.set(domain.domain, domain)
  for (const token of tokens) state.tokens.set(token.tokenId, token)
}
