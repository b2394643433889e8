import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { parseInput, text } from '../input'
import type { JsonObject } from '../json'
import {
  changesMoveClaims,
  draftMetadataChanges,
  expectationOf,
  type MetadataChanges,
  type ParsedMetadataChanges,
  parseMetadataChanges,
  readForChanges,
  ruleChanges,
} from '../metadata/metadata-changes'
import { requireCallableChanges } from '../metadata/metadata-subject'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { changedSettings, settingsInput, storedSettings } from '../settings'
import type { Written } from '../written'
import { evolveClient } from './client'
import { requireClient } from './get-client'

export const UpdateClientInput = v.strictObject({
  name: v.optional(text(1, 200)),
  settings: v.optional(settingsInput),
})

export interface ClientUpdate {
  readonly name?: string
  /** By root key: `null` takes it away, another value replaces it whole, absent ones stay. */
  readonly settings?: JsonObject
  /** Applied with the rest, all or none. */
  readonly metadata?: MetadataChanges
  /** Most entries a changed namespace may hold afterwards; what only removes is never refused. Default: no limit. */
  readonly maxEntries?: number
}

/**
 * Changes an application, its metadata too where the update holds any, in one write. What equals the stored state is left alone.
 *
 * @throws {@link InvalidInputError} for a name, setting or entry that cannot be kept.
 * @throws {@link LimitExceededError} for a value, or settings as a whole, that would be too long or too deep,
 * and for more than `maxEntries`, whoever else adds entries at the same time.
 * @throws {@link PermissionDeniedError} without `project.app.write`.
 * @throws {@link NotFoundError} when there is no such client in the org.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export async function updateClient(
  core: Core,
  actor: Actor,
  clientId: string,
  update: ClientUpdate,
  options?: WriteOptions,
): Promise<Written> {
  const { metadata, maxEntries, ...members } = update
  const { name, settings: given = {} } = parseInput(UpdateClientInput, members)
  const change = storedSettings(given)
  const changes = parseMetadataChanges(metadata, core.metadataRules, 'client')
  requireCallableChanges(actor, 'project.app.write', changes)
  const subject = { subjectType: 'client', subjectId: clientId } as const

  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'project.app.write')
    const [scope, aggregate, found, stored, held] = await allOf(
      permitted,
      core.read({ read: 'aggregate', key: { type: 'client', id: clientId } }),
      core.read({ read: 'record', kind: 'client', key: { clientId } }),
      readForChanges(core, subject, changes),
      maxEntries === undefined ? Promise.resolve([]) : readHeldKeys(core, clientId, changes),
    )
    const client = requireClient(found, clientId, scope)
    if (aggregate === undefined) throw new NotFoundError('client', clientId)
    const version = requireVersion(aggregate, options)

    const grows = maxEntries !== undefined && growsWithin(changes, held, maxEntries)

    const settings = changedSettings(client.settings, change)
    const payload = {
      ...(name !== undefined && name !== client.name && { name }),
      ...(Object.keys(settings).length > 0 && { settings }),
    }
    const changesClient = Object.keys(payload).length > 0
    const ruled =
      core.metadataRules && (await ruleChanges(core, actor, permitted, client.orgId, subject, changes, stored))
    const drafted = draft.aggregate(
      { type: 'client', id: clientId },
      {
        owner: client.orgId,
        // A count of entries only holds as long as nobody else adds one.
        expect: grows
          ? { sequence: aggregate.sequence }
          : (version ?? expectationOf(aggregate, changes, changesClient)),
        revise: changesClient || changesMoveClaims(changes),
      },
    )
    if (changesClient) {
      const after = evolveClient(client, drafted.append({ type: 'client.changed', payload }))
      if (after !== undefined) {
        storedSettings(after.settings)
        draft.put('client', after)
      }
    }
    draftMetadataChanges(draft, drafted, subject, changes, stored, ruled)
    const { createdAt, orgId } = client
    if (!draft.hasEvents)
      return { answer: { sequence: aggregate.sequence, createdAt, changedAt: aggregate.changedAt, orgId } }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({ sequence: sequenceOf(drafted.index), createdAt, changedAt: at, orgId }),
    }
  })
}

/** The keys each changed namespace holds, in the order of `changes`. */
function readHeldKeys(
  core: Core,
  clientId: string,
  changes: ParsedMetadataChanges,
): Promise<readonly (readonly string[])[]> {
  const subject = { subjectType: 'client', subjectId: clientId } as const
  return Promise.all(
    changes.map(async ([namespace]) => {
      const entries = await core.read({ read: 'entries', subject, namespace })
      return entries.map(({ key }) => key)
    }),
  )
}

/** Whether a namespace gets entries it does not hold. @throws {@link LimitExceededError} when they are too many then. */
function growsWithin(
  changes: ParsedMetadataChanges,
  held: readonly (readonly string[])[],
  maxEntries: number,
): boolean {
  let grows = false
  for (const [index, [, { clear, remove, set }]] of changes.entries()) {
    const keys = new Set(clear ? [] : held[index])
    for (const key of remove) keys.delete(key)
    const kept = keys.size
    for (const [key] of set) keys.add(key)
    if (keys.size === kept) continue
    grows = true
    if (keys.size > maxEntries) throw new LimitExceededError('metadata.entries', maxEntries, keys.size)
  }
  return grows
}
