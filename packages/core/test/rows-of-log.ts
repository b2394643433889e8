import type {
  AccessTokenRecord,
  ClientRecord,
  DeletedUserRecord,
  DirectoryStorage,
  EntryRecord,
  InstanceRecord,
  MemberRecord,
  OrgDomainRecord,
  OrgRecord,
  RecordKind,
  RecordMap,
  RoleRecord,
  StoredEvent,
  SubjectKey,
  UserRecord,
} from '@indwell/core'
import { evolveAccessToken } from '../src/access-tokens/access-token'
import { evolveClient } from '../src/clients/client'
import { codesNamespace } from '../src/codes/code'
import { type AppendedEvent, appendedEvent } from '../src/events/event'
import { isFolded } from '../src/history/folded-event'
import { applyToCodes, applyToLinks } from '../src/history/kept-entries'
import { applyToState, beginnings, emptyState } from '../src/history/subject-state'
import { evolveInstance } from '../src/instance/instance'
import { evolveMember } from '../src/members/member'
import { type EntryMap, entryName, evolveEntries, touchedNamespace } from '../src/metadata/metadata'
import { evolveOrg, evolveOrgDomain } from '../src/orgs/org'
import { evolveRole } from '../src/roles/role'
import { evolveDeletedUser } from '../src/users/deleted-user'
import { identitiesEntry, identitiesNamespace, keptIdentities, linkNamespace } from '../src/users/identity'
import { evolveUser } from '../src/users/user'

const linked = entryName(identitiesNamespace, identitiesEntry)

/** Every record and every entry of an instance, in an order that is the same whoever made the list. */
export type Rows = { readonly [K in RecordKind]: readonly RecordMap[K][] } & { readonly entry: readonly EntryRecord[] }

/** Namespaces whose entries are looked at. */
export const namespaces = ['app', 'user', 'zitadel', 'client', 'org'] as const

/** What the log comes to, by core's own functions and nothing else. */
export function rowsOfLog(events: readonly StoredEvent[]): Rows {
  let instance: InstanceRecord | undefined
  const orgs = new Map<string, OrgRecord | undefined>()
  const domains = new Map<string, OrgDomainRecord | undefined>()
  const users = new Map<string, UserRecord | undefined>()
  const members = new Map<string, MemberRecord | undefined>()
  const clients = new Map<string, ClientRecord | undefined>()
  const roles = new Map<string, RoleRecord | undefined>()
  const tokens = new Map<string, { readonly userId: string; readonly token: AccessTokenRecord | undefined }>()
  const deleted = new Map<string, DeletedUserRecord | undefined>()
  const entries = new Map<string, EntryMap>()

  for (const stored of events) {
    const event = appendedEvent(stored)
    const { type, aggregate } = event
    const payload = event.payload as { userId?: string; tokenId?: string; domain?: string }
    const name = `${aggregate.type} ${aggregate.id}`
    if (isFolded(event)) {
      restore(event)
      continue
    }
    // Who begins anew has nothing of who had the id before, however that one went.
    if (beginnings.includes(type)) entries.delete(name)
    const kept = new Map(evolveEntries(entries.get(name) ?? new Map(), event))
    applyToCodes(kept, event)
    applyToLinks(kept, event)
    entries.set(name, kept)
    if (type.includes('.member.')) {
      const member = `${name} ${payload.userId}`
      members.set(member, evolveMember(members.get(member), event))
    } else if (aggregate.type === 'instance') {
      instance = evolveInstance(instance, event)
    } else if (aggregate.type === 'org') {
      orgs.set(aggregate.id, evolveOrg(orgs.get(aggregate.id), event))
      if (payload.domain !== undefined) {
        const domain = `${aggregate.id} ${payload.domain}`
        domains.set(domain, evolveOrgDomain(domains.get(domain), event))
        for (const [other, record] of domains) {
          if (other !== domain && record?.orgId === aggregate.id) domains.set(other, evolvePrimary(record, event))
        }
      }
      if (type === 'org.removed') removeHeld(aggregate.id)
    } else if (aggregate.type === 'client') {
      clients.set(aggregate.id, evolveClient(clients.get(aggregate.id), event))
    } else if (aggregate.type === 'role') {
      roles.set(aggregate.id, evolveRole(roles.get(aggregate.id), event))
    } else {
      users.set(aggregate.id, evolveUser(users.get(aggregate.id), event))
      deleted.set(aggregate.id, evolveDeletedUser(deleted.get(aggregate.id), event))
      if (payload.tokenId !== undefined) tokens.set(payload.tokenId, { userId: aggregate.id, token: undefined })
      for (const [tokenId, { userId, token }] of tokens) {
        const concerned = userId === aggregate.id && (payload.tokenId === undefined || payload.tokenId === tokenId)
        if (concerned) tokens.set(tokenId, { userId, token: evolveAccessToken(token, event) })
      }
    }
  }

  /** Puts what an event carries in place of all that its subject was. */
  function restore(event: AppendedEvent): void {
    const state = emptyState()
    applyToState(state, event)
    const { type, id } = event.aggregate
    entries.set(`${type} ${id}`, state.entries)
    for (const [key, member] of members) {
      if (member && (type === 'instance' ? member.level === type : type === 'org' && member.orgId === id)) {
        members.delete(key)
      }
    }
    for (const [userId, member] of state.members) members.set(`${type} ${id} ${userId}`, member)
    if (type === 'org') {
      for (const [key, domain] of domains) if (domain?.orgId === id) domains.delete(key)
      for (const [domain, record] of state.domains) domains.set(`${id} ${domain}`, record)
      orgs.set(id, state.record as OrgRecord | undefined)
    } else if (type === 'user') {
      for (const [tokenId, { userId }] of tokens) if (userId === id) tokens.delete(tokenId)
      for (const [tokenId, token] of state.tokens) tokens.set(tokenId, { userId: id, token })
      users.set(id, state.record as UserRecord | undefined)
      deleted.set(id, state.deleted)
    } else if (type === 'client') clients.set(id, state.record as ClientRecord | undefined)
    else if (type === 'role') roles.set(id, state.record as RoleRecord | undefined)
    else instance = state.record as InstanceRecord | undefined
  }

  /** What goes with an org has no events of its own. */
  function removeHeld(orgId: string): void {
    const ofOrg = (map: ReadonlyMap<string, { readonly orgId: string } | undefined>) =>
      [...map].filter(([, record]) => record?.orgId === orgId).map(([key]) => key)
    const gone = { user: ofOrg(users), client: ofOrg(clients) }
    for (const domain of ofOrg(domains)) domains.delete(domain)
    for (const member of ofOrg(members)) members.delete(member)
    for (const [key, member] of members) if (member && gone.user.includes(member.userId)) members.delete(key)
    for (const [tokenId, { userId }] of tokens) if (gone.user.includes(userId)) tokens.delete(tokenId)
    for (const id of gone.user) {
      const identities = keptIdentities(entries.get(`user ${id}`)?.get(linked))
      for (const { userId } of identities) entries.delete(`user ${userId}`)
    }
    for (const id of ofOrg(deleted)) {
      for (const other of [id, ...(deleted.get(id)?.identities ?? [])]) entries.delete(`user ${other}`)
      deleted.delete(id)
    }
    for (const type of ['user', 'client'] as const) {
      for (const id of gone[type]) entries.delete(`${type} ${id}`)
    }
    for (const id of gone.user) users.delete(id)
    for (const id of gone.client) clients.delete(id)
  }

  return sorted({
    instance: instance === undefined ? [] : [instance],
    org: present(orgs.values()),
    orgDomain: present(domains.values()),
    user: present(users.values()),
    member: present(members.values()),
    client: present(clients.values()),
    role: present(roles.values()),
    accessToken: present([...tokens.values()].map(({ token }) => token)),
    deletedUser: present(deleted.values()),
    entry: [...entries.values()].flatMap((map) => [...map.values()]),
  })
}

/** A domain after an event that is about another one. */
const evolvePrimary = (domain: OrgDomainRecord, event: Parameters<typeof evolveOrgDomain>[1]) =>
  event.type === 'org.domain.primary.set' ? evolveOrgDomain(domain, event) : domain

/** What is stored; of entries, those of `subjects`. */
export async function storedRows(
  storage: DirectoryStorage,
  instanceId: string,
  subjects: readonly SubjectKey[],
): Promise<Rows> {
  const whole = { offset: 0, limit: 100_000, count: false } as const
  const search = async <K extends RecordKind>(kind: K) =>
    (await storage.search(instanceId, { kind, ...whole } as never)).items as readonly RecordMap[K][]
  const entries = await storage.load(
    instanceId,
    subjects.flatMap((subject) =>
      [...namespaces, touchedNamespace, codesNamespace, identitiesNamespace, linkNamespace].map(
        (namespace) => ({ read: 'entries', subject, namespace }) as const,
      ),
    ),
  )
  const [instance] = await storage.load(instanceId, [{ read: 'record', kind: 'instance', key: {} }])
  return sorted({
    instance: [instance as InstanceRecord],
    org: await search('org'),
    orgDomain: await search('orgDomain'),
    user: await search('user'),
    member: await search('member'),
    client: await search('client'),
    role: await search('role'),
    accessToken: await search('accessToken'),
    deletedUser: await search('deletedUser'),
    entry: (entries as readonly EntryRecord[][]).flat(),
  })
}

function sorted(rows: Rows): Rows {
  const key = (row: object) => JSON.stringify(Object.entries(row).sort())
  const lists = Object.entries(rows).map(([kind, list]) => [
    kind,
    list.map(comparable).sort((a: object, b: object) => (key(a) < key(b) ? -1 : 1)),
  ])
  return Object.fromEntries(lists) as Rows
}

/** Bytes as text, whichever class a driver answers them in. */
function comparable(row: RecordMap[RecordKind] | EntryRecord): object {
  if (!('value' in row) || !('bytes' in row.value)) return row
  return { ...row, value: { bytes: Buffer.from(row.value.bytes).toString('hex') } }
}

const present = <T>(rows: Iterable<T | undefined>): readonly T[] => [...rows].filter((row) => row !== undefined)
