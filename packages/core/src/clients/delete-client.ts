import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { readMetadataClaims } from '../metadata-definition/unique-claims'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { requireClient } from './get-client'

/**
 * Removes an application and its metadata. Its history stays.
 *
 * @throws {@link PermissionDeniedError} without `project.app.delete`.
 * @throws {@link NotFoundError} when there is no such client in the org.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the subject has.
 */
export function deleteClient(core: Core, actor: Actor, clientId: string, options?: WriteOptions): Promise<Written> {
  return core.write(actor, async (draft) => {
    const [scope, aggregate, found] = await allOf(
      scopeOf(core, actor, 'project.app.delete'),
      core.read({ read: 'aggregate', key: { type: 'client', id: clientId } }),
      core.read({ read: 'record', kind: 'client', key: { clientId } }),
    )
    const { orgId, createdAt } = requireClient(found, clientId, scope)
    if (aggregate === undefined) throw new NotFoundError('client', clientId)
    const version = requireVersion(aggregate, options)
    const claims = core.metadataRules
      ? await readMetadataClaims(core, { subjectType: 'client', subjectId: clientId })
      : []
    const drafted = draft.aggregate(
      { type: 'client', id: clientId },
      { owner: orgId, expect: { revision: aggregate.revision, ...version }, revise: true, removes: true },
    )
    drafted.append({ type: 'client.removed', payload: {} })
    draft.remove({ kind: 'client', key: { clientId } })
    for (const claim of claims) draft.releaseClaim(claim)
    draft.removeEntries({ of: { subjectType: 'client', subjectId: clientId } })
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({ sequence: sequenceOf(drafted.index), createdAt, changedAt: at, orgId }),
    }
  })
}
