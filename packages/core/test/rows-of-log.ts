import type {
  AccessTokenRecord,
  ClientRecord,
  DirectoryStorage,
  EntryKey,
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
import { codeKey, codePurposes, codesNamespace, evolveCode, keptCode } from '../src/codes/code'
import { type AppendedEvent, appendedEvent } from '../src/events/event'
import { evolveInstance } from '../src/instance/instance'
import { evolveMember } from '../src/members/member'
import { type EntryMap, evolveEntries, touchedNamespace } from '../src/metadata/metadata'
import { evolveOrg, evolveOrgDomain } from '../src/orgs/org'
import { evolveRole } from '../src/roles/role'
import {
  evolveIdentities,
  evolveLink,
  identitiesJson,
  identitiesKey,
  identitiesNamespace,
  keptIdentities,
  linkKey,
  linkNamespace,
} from '../src/users/identity'
import { evolveUser } from '../src/users/user'

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
  const entries = new Map<string, EntryMap>()

  for (const stored of events) {
    const event = appendedEvent(stored)
    const { type, aggregate } = event
    const payload = event.payload as { userId?: string; tokenId?: string; domain?: string }
    const name = `${aggregate.type} ${aggregate.id}`
    entries.set(name, evolveLinks(evolveCodes(evolveEntries(entries.get(name) ?? new Map(), event), event), event))
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
      if (payload.tokenId !== undefined) tokens.set(payload.tokenId, { userId: aggregate.id, token: undefined })
      for (const [tokenId, { userId, token }] of tokens) {
        const concerned = userId === aggregate.id && (payload.tokenId === undefined || payload.tokenId === tokenId)
        if (concerned) tokens.set(tokenId, { userId, token: evolveAccessToken(token, event) })
      }
    }
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
      const identities = keptIdentities(entries.get(`user ${id}`)?.get('identities'))
      for (const { userId } of identities) entries.delete(`user ${userId}`)
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
    entry: [...entries.values()].flatMap((map) => [...map.values()]),
  })
}

/** The entries of a user with its codes after `event`. */
function evolveCodes(entries: EntryMap, event: AppendedEvent): EntryMap {
  if (event.aggregate.type !== 'user') return entries
  const next = new Map(entries)
  for (const purpose of codePurposes) {
    const before = entries.get(`code ${purpose}`)
    const kept = keptCode(before)
    const code = evolveCode(kept, purpose, event)
    if (code === undefined) next.delete(`code ${purpose}`)
    else if (code !== kept) {
      next.set(`code ${purpose}`, {
        ...codeKey(event.aggregate.id, purpose),
        value: { json: JSON.stringify(code) },
        orgId: event.owner,
        sequence: event.sequence,
        createdAt: before?.createdAt ?? event.createdAt,
        changedAt: event.createdAt,
      })
    }
  }
  return next
}

/** The entries of a user with what is linked to it, and to whom it is linked, after `event`. */
function evolveLinks(entries: EntryMap, event: AppendedEvent): EntryMap {
  if (event.aggregate.type !== 'user') return entries
  const next = new Map(entries)
  const { owner: orgId, sequence, createdAt: changedAt } = event
  const put = (name: 'identities' | 'link', key: EntryKey, json: string) => {
    const createdAt = entries.get(name)?.createdAt ?? changedAt
    next.set(name, { ...key, value: { json }, orgId, sequence, createdAt, changedAt })
  }
  const { id } = event.aggregate
  const before = keptIdentities(entries.get('identities'))
  const identities = evolveIdentities(before, event)
  if (identities.length === 0) next.delete('identities')
  else if (identities !== before) put('identities', identitiesKey(id), identitiesJson(identities))
  const link = entries.get('link')?.value
  const linkedTo = link && 'json' in link ? (JSON.parse(link.json) as string) : undefined
  const linksTo = evolveLink(linkedTo, event)
  if (linksTo === undefined) next.delete('link')
  else if (linksTo !== linkedTo) put('link', linkKey(id), JSON.stringify(linksTo))
  return next
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
