import type { JsonObject, JsonValue, OrgSnapshot } from '@indwell/core'
import type { ScopedCaller } from '../scopes'
import { jsonMetadata } from '../users/user-view'

/** What the service puts first in the answer to each kind of call, as recorded. */
const memberOrders = {
  created: ['name', 'display_name', 'branding', 'id', 'metadata'],
  read: ['id', 'name', 'display_name', 'branding', 'metadata'],
  changed: ['branding', 'id', 'display_name', 'name', 'metadata'],
} as const

/** Which answer an organization is shown in. */
export type OrganizationAnswer = keyof typeof memberOrders

const summaryMembers: ReadonlySet<string> = new Set(['id', 'name', 'display_name'])

/** Puts an org into the service's shape. Metadata that is empty is not there. */
export function organizationBody({ org, metadata }: OrgSnapshot, answer: OrganizationAnswer): JsonObject {
  const own = new Map<string, JsonValue>([
    ['id', org.orgId],
    ['name', org.name],
    ...(org.displayName === null ? [] : [['display_name', org.displayName] as const]),
    ...(Object.keys(metadata).length === 0 ? [] : [['metadata', jsonMetadata(metadata)] as const]),
  ])
  const settings = Object.entries(org.settings).filter(([name]) => !ownMembers.has(name) && isShown(name, answer))
  const members = new Map([...settings, ...own])
  const first = memberOrders[answer].filter((name) => members.has(name))
  const names = new Set([...first, ...members.keys()])
  return Object.fromEntries([...names].map((name) => [name, members.get(name)!]))
}

/** The same for a caller whose token may only open a summary. */
export function organizationFor(
  caller: ScopedCaller | undefined,
  snapshot: OrgSnapshot,
  answer: OrganizationAnswer,
): JsonObject {
  const body = organizationBody(snapshot, answer)
  if (caller === undefined || caller.scopes.has('read:organizations')) return body
  return Object.fromEntries(Object.entries(body).filter(([name]) => summaryMembers.has(name)))
}

/** Members that no setting may replace. */
const ownMembers: ReadonlySet<string> = new Set(['id', 'name', 'display_name', 'metadata'])

/** Connections have routes of their own, which are not served here: only who enabled them is told that they are kept. */
const isShown = (name: string, answer: OrganizationAnswer) => name !== 'enabled_connections' || answer === 'created'
