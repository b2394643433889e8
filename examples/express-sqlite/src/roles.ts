import { directory } from './main'

const { roles, orgs, users } = directory.asSystem('set-up')
const { orgId } = await orgs.create({ name: 'Books' })
const { userId } = await users.createHuman({ orgId, userName: 'grace' })

// A role grants permissions of your own naming. Members hold it by its id, beside other roles.
const { roleId } = await roles.create({ name: 'Clerk', permissions: ['invoice.write'] })
await orgs.members(orgId).grantRoles({ userIds: [userId], roles: [roleId] })

const grace = directory.as({ userId })
export const granted = await grace.checkPermission('invoice.write') // { allowed: true, via: { role: roleId, … } }

// From the next call on, in every process, it grants nothing and no member shows it.
await roles.delete(roleId)
export const removed = await grace.checkPermission('invoice.write') // { allowed: false, … }
