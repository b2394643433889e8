import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Committed, Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { requireVersion, type WriteOptions } from '../expected-version'
import { allOf } from '../permissions/all-of'
import { requirePermission } from '../permissions/check-permission'
import type { AggregateRecord } from '../storage/records'
import type { Written } from '../written'
import { readRole } from './get-role'
import { type Role, roleKey } from './role'

export interface RoleForChange {
  readonly role: Role
  readonly aggregate: AggregateRecord
  readonly version: { readonly sequence: string } | undefined
}

/**
 * @throws {@link PermissionDeniedError} without the permission.
 * @throws {@link NotFoundError} when there is no such role.
 * @throws {@link VersionConflictError} when `ifVersion` names another version than the role has.
 */
export async function loadRoleForChange(
  core: Core,
  actor: Actor,
  permission: 'iam.policy.write' | 'iam.policy.delete',
  roleId: string,
  options: WriteOptions | undefined,
): Promise<RoleForChange> {
  // The aggregate first: were the reads apart, a decision on the role would be stale rather than wrong.
  const [, aggregate, role] = await allOf(
    requirePermission(core, actor, permission),
    core.read({ read: 'aggregate', key: roleKey(roleId) }),
    readRole(core, roleId),
  )
  if (aggregate === undefined || role === undefined) throw new NotFoundError('role', roleId)
  return { role, aggregate, version: requireVersion(aggregate, options) }
}

export function draftRoleAggregate(
  draft: CommitDraft,
  { role, aggregate, version }: RoleForChange,
  removes: boolean,
): AggregateDraft {
  const expect = { revision: aggregate.revision, ...version }
  return draft.aggregate(roleKey(role.roleId), { owner: '', expect, revise: true, removes })
}

/** What a change of a role answers once it is stored. */
export function roleWritten(drafted: AggregateDraft, { createdAt }: Role): (committed: Committed) => Written {
  return ({ at, sequenceOf }) => ({ sequence: sequenceOf(drafted.index), createdAt, changedAt: at, orgId: '' })
}
