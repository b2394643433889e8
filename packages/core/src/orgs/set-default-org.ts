import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { NotFoundError } from '../errors/not-found-error'
import { evolveInstance } from '../instance/instance'
import { requirePermission } from '../permissions/check-permission'
import { everywhere } from '../permissions/permission-scope'
import type { Written } from '../written'
import { loadOrgForChange } from './load-org'

/**
 * Makes an org the one that owns what names no other, from the next call on.
 *
 * @throws {@link PermissionDeniedError} without `iam.write`.
 * @throws {@link NotFoundError} when there is no such org.
 * @throws {@link InvalidStateError} when it is inactive, or the default org already.
 */
export function setDefaultOrg(core: Core, actor: Actor, orgId: string): Promise<Written> {
  return core.write(actor, async (draft) => {
    await requirePermission(core, actor, 'iam.write')
    const key = { type: 'instance', id: core.instanceId } as const
    const [numbered, instance, { org, aggregate }] = await Promise.all([
      core.read({ read: 'aggregate', key }),
      core.read({ read: 'record', kind: 'instance', key: {} }),
      loadOrgForChange(core, everywhere, orgId),
    ])
    if (numbered === undefined || instance === undefined) throw new NotFoundError('org', orgId)
    if (instance.defaultOrgId === orgId) throw new InvalidStateError('org_already_default')
    if (org.state === 'inactive') throw new InvalidStateError('org_inactive')

    const drafted = draft.aggregate(key, { owner: '', expect: { revision: numbered.revision }, revise: true })
    const after = evolveInstance(instance, drafted.append({ type: 'instance.default.org.set', payload: { orgId } }))
    if (after !== undefined) draft.put('instance', after)
    draft.aggregate(
      { type: 'org', id: orgId },
      { owner: orgId, expect: { revision: aggregate.revision }, revise: false },
    )
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(drafted.index),
        createdAt: instance.createdAt,
        changedAt: at,
        orgId: '',
      }),
    }
  })
}
