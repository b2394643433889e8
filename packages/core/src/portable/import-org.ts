import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import type { AppendedEvent, DomainEvent } from '../events/event'
import { evolveAll } from '../events/evolve-all'
import type { JsonObject } from '../json'
import { deleteOrg } from '../orgs/delete-org'
import { evolveOrg, evolveOrgDomain, orgDomainClaim, orgNameClaim } from '../orgs/org'
import { renameOrg } from '../orgs/rename-org'
import { setDefaultOrg } from '../orgs/set-default-org'
import { storedSettings } from '../settings'
import type { OrgDomainRecord } from '../storage/records'
import { settingsChange } from './import-client'
import { holdsMembers, type Importing, type LineOutcome, outcomeOfExisting, readAggregate } from './importing'
import type { ParsedLines } from './parse-line'

type OrgLine = ParsedLines['org']

/**
 * An org with its domains. The default org of the file takes the place of the one that an instance begins with, as long as
 * that is the only one and holds nothing.
 */
export async function importOrg(importing: Importing, line: OrgLine): Promise<LineOutcome> {
  const { core, actor, mode, dryRun, defaultOrgId } = importing
  const { orgId } = line
  const isDefault = orgId === defaultOrgId && line.state === 'active'
  if (!isDefault) return importOneOrg(importing, line, undefined)
  const instance = await core.read({ read: 'record', kind: 'instance', key: {} })
  const held = instance?.defaultOrgId
  if (held === undefined) return importOneOrg(importing, line, undefined)
  if (held === orgId) {
    const outcome = await importOneOrg(importing, line, undefined)
    const left = dryRun ? undefined : await findLeft(importing)
    if (left !== undefined && (await isUntouched(importing, left, orgId))) await deleteOrg(core, actor, left)
    return outcome
  }
  const gives = await isUntouched(importing, held, orgId)
  // Its name and its domain are those of the file's own, as a rule.
  if (gives && !dryRun) await renameOrg(core, actor, `${held}${leftName}`, held)
  const outcome = await importOneOrg(importing, line, gives && dryRun ? held : undefined)
  if (dryRun || !(gives || mode === 'overwrite')) return outcome
  await setDefaultOrg(core, actor, orgId)
  if (gives) await deleteOrg(core, actor, held)
  return outcome
}

const leftName = ' before an import'

/** The org that gave way, where an import broke off before it was deleted. */
async function findLeft({ core }: Importing): Promise<string | undefined> {
  const named = { op: 'text', field: 'name', method: 'ends-with', value: leftName, ignoreCase: false } as const
  const { items } = await core.search({ kind: 'org', filter: named, offset: 0, limit: 1, count: false })
  const [org] = items
  return org?.name === `${org?.orgId}${leftName}` ? org.orgId : undefined
}

/** Whether an instance holds nothing but its default org, and that holds nothing; `beside` may be there as well. */
async function isUntouched({ core }: Importing, orgId: string, beside: string): Promise<boolean> {
  const one = { offset: 0, limit: 1, count: false } as const
  const ofOrg = { filter: { op: 'equals', field: 'orgId', value: orgId } } as const
  const subject = { subjectType: 'org', subjectId: orgId } as const
  const [orgs, users, clients, members, entries] = await Promise.all([
    core.search({ kind: 'org', ...one, limit: 3 }),
    core.search({ kind: 'user', ...one, ...ofOrg }),
    core.search({ kind: 'client', ...one, ...ofOrg }),
    core.search({ kind: 'member', ...one, ...ofOrg }),
    core.read({ read: 'entryPage', subject, limit: 1 }),
  ])
  const others = [users, clients, members].every(({ items }) => items.length === 0)
  return others && entries.length === 0 && orgs.items.every((org) => [orgId, beside].includes(org.orgId))
}

/** @param givesWay - An org whose claims count as free. */
function importOneOrg(
  { core, mode, write }: Importing,
  line: OrgLine,
  givesWay: string | undefined,
): Promise<LineOutcome> {
  const { orgId, name, displayName, state, at, domains = [] } = line
  const settings = storedSettings(line.settings)
  return write(async (draft) => {
    const [aggregate, found] = await Promise.all([
      readAggregate(core, 'org', orgId),
      core.read({ read: 'record', kind: 'org', key: { orgId } }),
    ])
    const org = aggregate === undefined ? undefined : found
    const stored = org === undefined ? [] : await readDomains(core, orgId)
    if (org !== undefined) {
      const isSame =
        holdsMembers(org, { name, displayName, state, settings }) &&
        domains.every((given) => stored.some((domain) => holdsMembers(domain, given)))
      const settled = outcomeOfExisting(mode, isSame, 'org_id')
      if (settled !== undefined) return { answer: settled }
    }

    const expect = org === undefined ? 'new' : { revision: aggregate!.revision }
    const drafted = draft.aggregate({ type: 'org', id: orgId }, { owner: orgId, expect, revise: true })
    const createdAt = at?.createdAt === undefined ? {} : { createdAt: at.createdAt }
    const ofName =
      org === undefined
        ? [drafted.append({ type: 'org.added', payload: { name, ...createdAt } })]
        : org.name === name
          ? []
          : [drafted.append({ type: 'org.changed', payload: { name } })]
    const ofDomains = appendDomains(drafted, domains, stored)
    const before = org ?? { displayName: null, state: 'active', settings: {} }
    const profile = {
      ...(displayName !== before.displayName && { displayName }),
      ...definedSettings(settingsChange(before.settings, settings)),
    }
    const ofRest = [
      ...(Object.keys(profile).length > 0
        ? [drafted.append({ type: 'org.profile.changed', payload: profile } as DomainEvent)]
        : []),
      ...(state === before.state
        ? []
        : [drafted.append({ type: state === 'inactive' ? 'org.deactivated' : 'org.reactivated', payload: {} })]),
    ]
    if (!draft.hasEvents) return { answer: 'unchanged' }
    const after = evolveAll(evolveOrg, org, [...ofName, ...ofDomains, ...ofRest])
    if (after !== undefined && after !== org) draft.put('org', after)
    draftDomains(draft, orgId, ofDomains, stored)

    const owner = { ownerType: 'org', ownerId: orgId } as const
    if (org !== undefined) draft.releaseClaim(orgNameClaim(org.name))
    if (givesWay === undefined) draft.takeClaim({ ...orgNameClaim(name), ...owner })
    for (const { type, payload } of ofDomains) {
      const { domain } = payload as { readonly domain: string }
      const isOther = givesWay === undefined || !(await isHeldBy(core, domain, givesWay))
      if (type === 'org.domain.verified' && isOther) draft.takeClaim({ ...orgDomainClaim(domain), ...owner })
    }
    return { draft, answer: () => (org === undefined ? 'created' : 'updated') }
  })
}

const definedSettings = (settings: JsonObject) => (Object.keys(settings).length > 0 ? { settings } : {})

const isHeldBy = async (core: Core, domain: string, orgId: string) =>
  (await core.read({ read: 'claim', claim: orgDomainClaim(domain) }))?.ownerId === orgId

async function readDomains(core: Core, orgId: string): Promise<readonly OrgDomainRecord[]> {
  const filter = { op: 'equals', field: 'orgId', value: orgId } as const
  const { items } = await core.search({ kind: 'orgDomain', filter, offset: 0, limit: 10_000, count: false })
  return items
}

/** Domains that the org shall have beside those it has, which of them are verified, and which is the primary one. */
function appendDomains(
  drafted: AggregateDraft,
  given: NonNullable<OrgLine['domains']>,
  stored: readonly OrgDomainRecord[],
): readonly AppendedEvent[] {
  const append = (type: 'added' | 'verified' | 'primary.set', domain: string) =>
    drafted.append({ type: `org.domain.${type}`, payload: { domain } })
  return given
    .flatMap(({ domain, isVerified }) => {
      const before = stored.find((one) => one.domain === domain)
      return [
        ...(before === undefined ? [append('added', domain)] : []),
        ...(isVerified && !before?.isVerified ? [append('verified', domain)] : []),
      ]
    })
    .concat(
      given.flatMap(({ domain, isPrimary }) =>
        isPrimary && !stored.some((one) => one.domain === domain && one.isPrimary)
          ? [append('primary.set', domain)]
          : [],
      ),
    )
}

function draftDomains(
  draft: CommitDraft,
  orgId: string,
  events: readonly AppendedEvent[],
  stored: readonly OrgDomainRecord[],
): void {
  const before = new Map<string, OrgDomainRecord | undefined>(stored.map((one) => [one.domain, one]))
  const after = new Map(before)
  for (const event of events) {
    const { domain } = event.payload as { readonly domain: string }
    const names = event.type === 'org.domain.primary.set' ? [...after.keys()] : [domain]
    for (const name of names) after.set(name, evolveOrgDomain(after.get(name), event))
  }
  for (const [name, domain] of after) {
    if (domain !== undefined && domain !== before.get(name)) draft.put('orgDomain', { ...domain, orgId })
  }
}
