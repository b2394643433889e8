import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

let now = Date.UTC(2026, 0, 1)
const storage = sqliteStorage({ filename: ':memory:' })
export const directory = await createDirectory({ storage, clock: () => now })

const { users, members } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada', metadata: { app: { plan: 'pro', seats: 5 } } })
const { userId: supporterId } = await users.createMachine({ userName: 'support', name: 'Support' })
await members.add({ userId: supporterId, roles: ['IAM_OWNER'] })
const before = now

now += 60_000
const support = directory.as({ userId: supporterId, across: 'instance', reason: 'ticket 4711' })
await support.users.metadata(userId).apply({ set: { plan: 'free' }, remove: ['seats'] })

// Who changed the plan, why, and what was it before?
export const [, change] = await users.history(userId, { key: 'plan' })
// What was all of it an hour ago?
export const past = await users.asOf(userId, { time: before })
// Undo it.
const undo = directory.as({ userId: supporterId, across: 'instance', reason: 'ticket 4711 was about somebody else' })
export const { changed } = await undo.users.metadata(userId).revert({ time: before })
export const values = await users.metadata(userId).values()

// A year later nobody needs to know.
now += 365 * 86_400_000
export const purged = await directory.purgeHistory({ before: now - 30 * 86_400_000 })
export const left = await users.history(userId)
