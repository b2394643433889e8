import { AlreadyExistsError } from '../errors/already-exists-error'
import { evolveRole, roleIdClaim, roleKey, roleNameClaim } from '../roles/role'
import { holdsMembers, type Importing, type LineOutcome, outcomeOfExisting, readAggregate } from './importing'
import type { ParsedLines } from './parse-line'

/** @throws {@link AlreadyExistsError} as `roles.create`, and for a role that is another one where none may be changed. */
export function importRole({ core, mode, write }: Importing, line: ParsedLines['role']): Promise<LineOutcome> {
  const { roleId, name, description, permissions, at } = line
  return write(async (draft) => {
    const [aggregate, role] = await Promise.all([
      readAggregate(core, 'role', roleId),
      core.read({ read: 'record', kind: 'role', key: { roleId } }),
    ])
    const owner = { ownerType: 'role', ownerId: roleId } as const
    if (role === undefined || aggregate === undefined) {
      if (core.roles.has(roleId)) throw new AlreadyExistsError('role_id')
      const drafted = draft.aggregate(roleKey(roleId), { owner: '', expect: 'new', revise: true })
      const payload = {
        name,
        description,
        permissions,
        ...(at?.createdAt !== undefined && { createdAt: at.createdAt }),
      }
      const created = evolveRole(undefined, drafted.append({ type: 'role.added', payload }))
      if (created !== undefined) draft.put('role', created)
      draft.takeClaim({ ...roleIdClaim(roleId), ...owner })
      draft.takeClaim({ ...roleNameClaim(name), ...owner })
      return { draft, answer: () => 'created' }
    }
    const settled = outcomeOfExisting(mode, holdsMembers(role, { name, description, permissions }), 'role_id')
    if (settled !== undefined) return { answer: settled }
    const { revision } = aggregate
    const drafted = draft.aggregate(roleKey(roleId), { owner: '', expect: { revision }, revise: true })
    const event = drafted.append({ type: 'role.changed', payload: { name, description, permissions } })
    const changed = evolveRole(role, event)
    if (changed !== undefined) draft.put('role', changed)
    draft.releaseClaim(roleNameClaim(role.name))
    draft.takeClaim({ ...roleNameClaim(name), ...owner })
    return { draft, answer: () => 'updated' }
  })
}
