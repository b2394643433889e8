import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { requireVersion, type WriteOptions } from '../expected-version'
import { parseInput } from '../input'
import type { JsonObject } from '../json'
import {
  changesMoveClaims,
  draftMetadataChanges,
  expectationOf,
  type MetadataChanges,
  parseMetadataChanges,
  readForChanges,
  ruleChanges,
} from '../metadata/metadata-changes'
import { requireCallableChanges } from '../metadata/metadata-subject'
import { scopeOf } from '../permissions/permission-scope'
import { changedSettings, mergeSettings, settingsInput, storedSettings } from '../settings'
import { ownerOrgOf } from '../users/owner-org'
import type { Written } from '../written'
import { orgDisplayName, orgName } from './create-org'
import { planRename } from './draft-rename'
import { draftOrgEvents, orgWritten, readOrgForChange, unchangedOrg } from './load-org'

export const UpdateOrgInput = v.strictObject({
  name: v.optional(orgName),
  displayName: v.optional(v.nullable(orgDisplayName)),
  settings: v.optional(settingsInput),
})

export interface OrgUpdate {
  /** 1 to 200 characters once trimmed, unique in the instance whatever their case. */
  readonly name?: string
  /** 1 to 255 characters; `null` takes it away. */
  readonly displayName?: string | null
  /** By root key: `null` takes it away, another value replaces it whole, absent ones stay. */
  readonly settings?: JsonObject
  /** Applied with the rest, all or none. */
  readonly metadata?: MetadataChanges
}

export interface OrgUpdated extends Written {
  /** False: all of it was so already, and nothing was written. */
  readonly changed: boolean
}

/**
 * Changes an org, its metadata too where the update holds any, in one write. What equals the stored state is left alone. A
 * domain that was made from the old name gives way to one made from the new name, as its primary one where it was that.
 *
 * @throws {@link InvalidInputError} for a name, setting or entry that cannot be kept, or a name no domain can be made of.
 * @throws {@link LimitExceededError} for a value, or settings as a whole, that would be too long or too deep.
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link AlreadyExistsError} when the name or the domain is taken.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the org has.
 */
export async function updateOrg(
  core: Core,
  actor: Actor,
  named: string | undefined,
  update: OrgUpdate,
  options?: WriteOptions,
): Promise<OrgUpdated> {
  const { metadata, ...members } = update
  const { name, displayName, settings: given = {} } = parseInput(UpdateOrgInput, members)
  const change = storedSettings(given)
  const changes = parseMetadataChanges(metadata, core.metadataRules, 'org')
  requireCallableChanges(actor, 'org.write', changes)

  return core.write<OrgUpdated>(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'org.write')
    const scope = await permitted
    const orgId = await ownerOrgOf(core, scope, named)
    const subject = { subjectType: 'org', subjectId: orgId } as const
    // The org's aggregate is asked for first: were the reads apart, a change of what they saw would be stale, not wrong.
    const [{ org, aggregate }, stored] = await Promise.all([
      readOrgForChange(core, orgId),
      readForChanges(core, subject, changes),
    ])
    const version = requireVersion(aggregate, options)
    const rename = name === undefined || name === org.name ? undefined : await planRename(core, org, name)

    const settings = changedSettings(org.settings, change)
    const profile = {
      ...(displayName !== undefined && displayName !== org.displayName && { displayName }),
      ...(Object.keys(settings).length > 0 && { settings }),
    }
    const changesProfile = Object.keys(profile).length > 0
    if (changesProfile) storedSettings(mergeSettings(org.settings, settings))

    const decides = rename !== undefined || changesProfile
    const ruled = core.metadataRules && (await ruleChanges(core, actor, permitted, orgId, subject, changes, stored))
    const drafted = draft.aggregate(
      { type: 'org', id: orgId },
      {
        owner: orgId,
        expect: version ?? expectationOf(aggregate, changes, decides),
        revise: decides || changesMoveClaims(changes),
      },
    )
    draftOrgEvents(draft, org, [
      ...(rename?.(draft, drafted) ?? []),
      ...(changesProfile ? [drafted.append({ type: 'org.profile.changed', payload: profile })] : []),
    ])
    draftMetadataChanges(draft, drafted, subject, changes, stored, ruled)
    if (!draft.hasEvents) {
      const { sequence, changedAt } = aggregate
      return { answer: { ...unchangedOrg({ sequence, createdAt: org.createdAt, changedAt }, orgId), changed: false } }
    }
    const answer = orgWritten(drafted, orgId, org.createdAt)
    return { draft, answer: (committed) => ({ ...answer(committed), changed: true }) }
  })
}
