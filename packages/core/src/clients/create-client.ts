import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { id, parseInput, text } from '../input'
import { draftMetadata, parseFirstMetadata } from '../metadata/draft-metadata'
import { metadataByNamespace } from '../metadata/metadata-input'
import { requireCallableChanges } from '../metadata/metadata-subject'
import { ruleFirst } from '../metadata-definition/ruled-change'
import { scopeOf } from '../permissions/permission-scope'
import { settingsInput, storedSettings } from '../settings'
import { draftOwnerOrg, ownerOrgOf } from '../users/owner-org'
import type { Written } from '../written'
import { evolveClient } from './client'

export const CreateClientInput = v.strictObject({
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  clientId: v.optional(id),
  orgId: v.optional(id),
  name: text(1, 200),
  /** Whatever else configures the application: kept and given back as it is. */
  settings: v.optional(settingsInput),
  /** First entries, by namespace; `client` is what Auth0 calls `client_metadata`. */
  metadata: v.optional(metadataByNamespace),
})
export type CreateClientInput = v.InferInput<typeof CreateClientInput>

export interface CreatedClient extends Written {
  readonly clientId: string
}

/**
 * Registers an application.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateClientInput}.
 * @throws {@link PermissionDeniedError} without `project.app.write`.
 * @throws {@link AlreadyExistsError} when the id is taken.
 */
export async function createClient(core: Core, actor: Actor, input: CreateClientInput): Promise<CreatedClient> {
  const { clientId = core.newId(), orgId: chosenOrg, name, ...rest } = parseInput(CreateClientInput, input)
  const settings = storedSettings(rest.settings ?? {})
  const firstEntries = parseFirstMetadata(rest.metadata, core.metadataRules, 'client')
  requireCallableChanges(actor, 'project.app.write', firstEntries)
  const ruled = firstEntries.map(([, change]) => ruleFirst(core, actor, 'project.app.write', change))

  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'project.app.write')
    const orgId = await ownerOrgOf(core, scope, chosenOrg)
    draftOwnerOrg(draft, orgId)
    const aggregate = draft.aggregate({ type: 'client', id: clientId }, { owner: orgId, expect: 'new', revise: true })
    const client = evolveClient(undefined, aggregate.append({ type: 'client.added', payload: { name, settings } }))
    if (client !== undefined) draft.put('client', client)
    for (const [index, [namespace, change]] of firstEntries.entries()) {
      const subject = { subjectType: 'client', subjectId: clientId } as const
      draftMetadata(draft, aggregate, subject, namespace, change, [], ruled[index])
    }
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        clientId,
        orgId,
        sequence: sequenceOf(aggregate.index),
        createdAt: at,
        changedAt: at,
      }),
    }
  })
}
