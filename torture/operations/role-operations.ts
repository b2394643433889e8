import type { Lane } from './lane'
import type { Operation } from './operation'

type Choice = (lane: Lane) => Operation | undefined

const create: Choice = (lane) => {
  const roleId = lane.fresh()
  return {
    kind: 'create role',
    events: ['role.added'],
    run: ({ roles }) => roles.create({ roleId, name: roleId, permissions: ['print'] }),
    answered: () => lane.roleIds.push(roleId),
  }
}

const grant: Choice = (lane) => {
  const org = lane.orgs.at(-1)
  const roleId = lane.roleIds.at(-1)
  const user = lane.users.at(-1)
  if (org === undefined || roleId === undefined || user === undefined) return undefined
  const isMember = user.memberOf.has(org.orgId)
  const held = org.hasRoles.get(user.userId)
  if (held?.has(roleId)) return undefined
  return {
    kind: 'grant role',
    events: [isMember ? 'org.member.changed' : 'org.member.added'],
    run: ({ orgs }) => orgs.members(org.orgId).grantRoles({ userIds: [user.userId], roles: [roleId] }),
    answered() {
      user.memberOf.add(org.orgId)
      org.hasRoles.set(user.userId, (held ?? new Set()).add(roleId))
    },
  }
}

const remove: Choice = (lane) => {
  const roleId = lane.roleIds[0]
  if (roleId === undefined || lane.roleIds.length < 3) return undefined
  return {
    kind: 'delete role',
    events: ['role.removed'],
    run: ({ roles }) => roles.delete(roleId),
    answered: () => lane.roleIds.shift(),
  }
}

export const roleOperations: readonly Choice[] = [create, grant, remove]
