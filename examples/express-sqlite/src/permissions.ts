import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

let now = Date.UTC(2026, 0, 1)
const storage = sqliteStorage({ filename: ':memory:' })
export const directory = await createDirectory({ storage, clock: () => now, roles: { LIBRARIAN: ['book.lend'] } })

const { orgs, users } = directory.asSystem('set-up')
const { orgId } = await orgs.create({ name: 'Books' })
const { userId } = await users.createHuman({ orgId, userName: 'grace' })
const { userId: readerId } = await users.createHuman({ orgId, userName: 'alan' })
const expiresAt = now + 86_400_000
await orgs.members(orgId).grantRoles({ userIds: [userId], roles: ['LIBRARIAN', 'ORG_OWNER_VIEWER'], expiresAt })

const grace = directory.as({ userId })
export const lends = await grace.can('book.lend')
// { allowed: true, because: { rule: 'role', role: 'LIBRARIAN', level: 'org', orgId, memberSince, changedAt, expiresAt } }

export const edits = await grace.can('user.write', { type: 'user', id: readerId })
// { allowed: false, because: { reason: 'missing_permission', roles: { org: ['ORG_OWNER', 'ORG_USER_MANAGER'], … } } }

// Everything that a page has to know, of one moment and read at once.
export const buttons = await grace.canAll([
  { permission: 'user.read', on: { type: 'user', id: readerId } },
  { permission: 'user.delete', on: { type: 'user', id: readerId } },
  { permission: 'org.write', on: orgId },
])

now = expiresAt
export const over = await grace.can('book.lend') // { allowed: false, because: { reason: 'no_membership', ended: … } }
export const { removed } = await directory.removeExpiredMembers() // 1
