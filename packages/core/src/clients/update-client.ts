import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { parseInput, text } from '../input'
import type { JsonObject } from '../json'
import {
  draftMetadataChanges,
  expectationOf,
  type MetadataChanges,
  parseMetadataChanges,
  readForChanges,
} from '../metadata/metadata-changes'
import { entryValue } from '../metadata/metadata-input'
import { requirePermission } from '../permissions/check-permission'
import type { Written } from '../written'
import { evolveClient } from './client'
import { requireClient } from './get-client'
import { allOf } from '../users/load-user'

const UpdateClientInput = v.strictObject({
  name: v.optional(text(1, 200)),
})

export interface ClientUpdate {
  readonly name?: string
  /** By root key: `null` takes it away, another value replaces it whole, absent ones stay. */
  readonly settings?: JsonObject
  /** Applied with the rest, all or none. */
  readonly metadata?: MetadataChanges
}

/**
 * Changes an application, its metadata too where the update holds any, in one write.
 *
 * @throws {@link InvalidInputError} for a name, setting or entry that cannot be kept.
 * @throws {@link PermissionDeniedError} without `project.app.write`.
 * @throws {@link NotFoundError} when there is no such client in the org.
 */
export function updateClient(core: Core, actor: Actor, clientId: string, update: ClientUpdate): Promise<Written> {
  const { metadata, settings = {}, ...members } = update
  const { name } = parseInput(UpdateClientInput, members)
  entryValue('settings', settings)
  const changes = parseMetadataChanges(metadata)
  const subject = { subjectType: 'client', subjectId: clientId } as const

  return core.write(actor, async (draft) => {
    const permitted = requirePermission(core, actor, 'project.app.write')
    const [scope, found, aggregate, stored] = await allOf(
      permitted,
      core.read({ read: 'record', kind: 'client', key: { clientId } }),
      core.read({ read: 'aggregate', key: { type: 'client', id: clientId } }),
      readForChanges(core, subject, changes),
    )
    const client = requireClient(found, clientId, scope)
    const current = requireClient(aggregate, clientId, { orgId: undefined })

    const payload = {
      ...(name !== undefined && name !== client.name && { name }),
      ...(Object.keys(settings).length > 0 && { settings }),
    }
    const changesClient = Object.keys(payload).length > 0
    const drafted = draft.aggregate(
      { type: 'client', id: clientId },
      { owner: client.orgId, expect: expectationOf(current, changes, changesClient), revise: changesClient },
    )
    if (changesClient) {
      const after = evolveClient(client, drafted.append({ type: 'client.changed', payload }))
      if (after !== undefined) draft.put('client', after)
    }
    draftMetadataChanges(draft, drafted, subject, changes, stored)
    const { createdAt, orgId } = client
    if (!draft.hasEvents) return { answer: { sequence: current.sequence, createdAt, changedAt: current.changedAt, orgId } }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({ sequence: sequenceOf(drafted.index), createdAt, changedAt: at, orgId }),
    }
  })
}
