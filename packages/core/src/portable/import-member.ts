import { InvalidInputError } from '../errors/invalid-input-error'
import { NotFoundError } from '../errors/not-found-error'
import { draftCreatedRoles, readCreatedRoles, withoutRemovedRoles } from '../members/created-roles'
import { checkRoles, evolveMember, memberChange } from '../members/member'
import { holdsMembers, type Importing, type LineOutcome, outcomeOfExisting, readAggregate } from './importing'
import type { ParsedLines } from './parse-line'

/**
 * @throws {@link NotFoundError} for a user or an org that is not there.
 * @throws {@link InvalidInputError} for roles that members there cannot hold.
 */
export function importMember({ core, mode, write }: Importing, line: ParsedLines['member']): Promise<LineOutcome> {
  const { level, orgId, userId, roles, expiresAt, at } = line
  if ((level === 'instance') !== (orgId === ''))
    throw new InvalidInputError('orgId', 'must be there of members of an org')
  const key = { level, orgId, userId }
  return write(async (draft) => {
    const { aggregate: place, owner, claim, event } = memberChange(core.instanceId, key)
    const [aggregate, user, member, created] = await Promise.all([
      readAggregate(core, place.type, place.id),
      readAggregate(core, 'user', userId),
      core.read({ read: 'record', kind: 'member', key }),
      readCreatedRoles(core, roles),
    ])
    if (!aggregate?.live) throw new NotFoundError('org', orgId)
    if (!user?.live) throw new NotFoundError('user', userId)
    checkRoles(core.roles, level, roles, member === undefined, created)
    if (member !== undefined) {
      const [shown] = await withoutRemovedRoles(core, [member])
      const settled = outcomeOfExisting(mode, holdsMembers(shown!, { roles, expiresAt }), 'member')
      if (settled !== undefined) return { answer: settled }
    }
    const drafted = draft.aggregate(place, { owner, expect: 'live', revise: false })
    const createdAt = member === undefined && at?.createdAt !== undefined ? { createdAt: at.createdAt } : {}
    const verb = member === undefined ? 'added' : 'changed'
    const after = evolveMember(member, drafted.append(event(verb, { userId, roles, expiresAt, ...createdAt })))
    if (after !== undefined) draft.put('member', after)
    if (member === undefined) draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
    draftCreatedRoles(draft, created)
    const { revision } = user
    draft.aggregate({ type: 'user', id: userId }, { owner: user.owner, expect: { revision }, revise: true })
    return { draft, answer: () => (member === undefined ? 'created' : 'updated') }
  })
}
