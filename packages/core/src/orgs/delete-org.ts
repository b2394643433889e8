import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { memberChange } from '../members/member'
import { scopeOf } from '../permissions/permission-scope'
import { draftIdentityLeavingOrg, readLinkedInOrg } from '../users/draft-identities'
import { readLinkedToDeleted } from '../users/kept-of-deleted'
import type { Written } from '../written'
import { loadOrgForChange, orgWritten } from './load-org'

/**
 * Removes an org with all that belongs to it: its domains, members, users, clients, and what belongs to those. All names
 * are free at once; the history stays. Only the org gets an event, `org.removed`.
 *
 * @throws {@link PermissionDeniedError} without `org.delete`; across the instance without `iam.write`.
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link InvalidStateError} for the default org.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the org has.
 */
export function deleteOrg(core: Core, actor: Actor, orgId?: string, options?: WriteOptions): Promise<Written> {
  return core.write(actor, async (draft) => {
    const across = actor.type === 'user' && actor.across === 'instance'
    const scope = await scopeOf(core, actor, across ? 'iam.write' : 'org.delete')
    const instanceKey = { type: 'instance', id: core.instanceId } as const
    const [{ org, aggregate }, numbered, instance] = await Promise.all([
      loadOrgForChange(core, scope, orgId),
      core.read({ read: 'aggregate', key: instanceKey }),
      core.read({ read: 'record', kind: 'instance', key: {} }),
    ])
    if (numbered === undefined || instance === undefined) throw new NotFoundError('org', org.orgId)
    requireVersion(aggregate, options)
    if (instance.defaultOrgId === org.orgId) throw new InvalidStateError('org_is_default')
    // After the aggregate, whose sequence says whether somebody became a member since.
    const members = await core.search({
      kind: 'member',
      filter: {
        op: 'and',
        filters: [
          { op: 'equals', field: 'level', value: 'org' },
          { op: 'equals', field: 'orgId', value: org.orgId },
        ],
      },
      offset: 0,
      limit: Number.MAX_SAFE_INTEGER,
      count: false,
    })
    const linked = await readLinkedInOrg(core, org.orgId)
    const ofDeleted = await readLinkedToDeleted(core, org.orgId)

    const { revision, sequence } = aggregate
    const drafted = draft.aggregate(
      { type: 'org', id: org.orgId },
      { owner: org.orgId, expect: { revision, sequence }, revise: true, removes: true },
    )
    drafted.append({ type: 'org.removed', payload: {} })
    draft.removeHeldBy(org.orgId)
    for (const identity of linked) draftIdentityLeavingOrg(core, draft, org.orgId, identity)
    for (const { identities, names } of ofDeleted) {
      for (const identity of identities) draftIdentityLeavingOrg(core, draft, org.orgId, identity, names === 'held')
    }
    // A member from elsewhere keeps its claims, but this one.
    for (const member of members.items) draft.releaseClaim(memberChange(core.instanceId, member).claim)
    // It must not become the default org meanwhile.
    draft.aggregate(instanceKey, { owner: '', expect: { revision: numbered.revision }, revise: false })
    return { draft, answer: orgWritten(drafted, org.orgId, org.createdAt) }
  })
}
