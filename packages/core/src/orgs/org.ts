import type { AppendedEvent, DomainEvent } from '../events/event'
import type { JsonObject } from '../json'
import { mergeSettings } from '../settings'
import type { Claim, DomainValidationType, OrgDomainRecord, OrgRecord } from '../storage/records'

/** An org as the directory keeps it. */
export type Org = OrgRecord

type Nothing = Readonly<Record<string, never>>

export type OrgEvent =
  /** `createdAt`: when it came to be elsewhere. */
  | DomainEvent<'org.added', { readonly name: string; readonly createdAt?: number }>
  | DomainEvent<'org.changed', { readonly name: string }>
  /** What ZITADEL's orgs have not. Of settings `null` takes one away, another value replaces it whole. */
  | DomainEvent<'org.profile.changed', { readonly displayName?: string | null; readonly settings?: JsonObject }>
  | DomainEvent<'org.deactivated' | 'org.reactivated' | 'org.removed', Nothing>
  | DomainEvent<
      | 'org.domain.added'
      | 'org.domain.verification.failed'
      | 'org.domain.verified'
      | 'org.domain.primary.set'
      | 'org.domain.removed',
      { readonly domain: string }
    >
  | DomainEvent<
      'org.domain.verification.added',
      { readonly domain: string; readonly type: DomainValidationType; readonly token: string }
    >

/** The org after `event`; `undefined` once removed. */
export function evolveOrg(org: OrgRecord | undefined, event: AppendedEvent): OrgRecord | undefined {
  const { sequence, createdAt, aggregate } = event
  const { type, payload } = event as AppendedEvent & OrgEvent
  if (type === 'org.added') {
    const { name } = payload
    return {
      orgId: aggregate.id,
      name,
      displayName: null,
      state: 'active',
      primaryDomain: null,
      settings: {},
      sequence,
      createdAt: payload.createdAt ?? createdAt,
      changedAt: createdAt,
    }
  }
  if (org === undefined) return undefined
  const moved = { sequence, changedAt: createdAt }
  switch (type) {
    case 'org.changed':
      return { ...org, ...moved, name: payload.name }
    case 'org.profile.changed': {
      const { displayName = org.displayName, settings = {} } = payload
      return { ...org, ...moved, displayName, settings: mergeSettings(org.settings, settings) }
    }
    case 'org.deactivated':
      return { ...org, ...moved, state: 'inactive' }
    case 'org.reactivated':
      return { ...org, ...moved, state: 'active' }
    case 'org.domain.primary.set':
      return { ...org, ...moved, primaryDomain: payload.domain }
    case 'org.removed':
      return undefined
    default:
      return org
  }
}

/** One domain of an org after `event`, which has to be about that domain, or say which one is primary. */
export function evolveOrgDomain(
  domain: OrgDomainRecord | undefined,
  event: AppendedEvent,
): OrgDomainRecord | undefined {
  const { sequence, createdAt, aggregate } = event
  const { type, payload } = event as AppendedEvent & OrgEvent
  switch (type) {
    case 'org.domain.added': {
      const added = { isVerified: false, isPrimary: false, validationType: null, validationToken: null }
      return { orgId: aggregate.id, domain: payload.domain, ...added, sequence, createdAt, changedAt: createdAt }
    }
    case 'org.domain.verification.added': {
      const { type: validationType, token: validationToken } = payload
      return domain && { ...domain, validationType, validationToken, sequence, changedAt: createdAt }
    }
    case 'org.domain.verified':
      return domain && { ...domain, isVerified: true, validationToken: null, sequence, changedAt: createdAt }
    case 'org.domain.primary.set':
      // Of all other domains this is about the one that was primary.
      if (domain === undefined || (payload.domain !== domain.domain && !domain.isPrimary)) return domain
      return { ...domain, isPrimary: payload.domain === domain.domain, sequence, changedAt: createdAt }
    case 'org.domain.removed':
    case 'org.removed':
      return undefined
    default:
      return domain
  }
}

/** Org names are unique in the instance, whatever their case. */
export const orgNameClaim = (name: string): Claim => ({ type: 'org_name', value: name.toLowerCase() })

/** Verified domains are unique in the instance. */
export const orgDomainClaim = (domain: string): Claim => ({ type: 'org_domain', value: domain })

const maxLabelBytes = 63

/**
 * The domain an org gets for its name, below the instance's own: letters and marks of any script, digits and `-` are
 * kept, blanks become `-`, all else is dropped. `undefined` when nothing is left.
 */
export function generatedDomain(name: string, instanceDomain: string): string | undefined {
  const kept = name
    .trim()
    .toLowerCase()
    .replace(/\s/gu, '-')
    .replace(/[^\p{L}\p{M}\p{N}-]/gu, '')
  let label = ''
  let bytes = 0
  for (const character of kept) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxLabelBytes) break
    label += character
  }
  label = label.replace(/^-+|-+$/g, '')
  return label === '' ? undefined : `${label}.${instanceDomain}`
}
