import { createDirectory, isDirectoryError, type VersionConflictError } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada' })
const metadata = users.metadata(userId)
await metadata.set({ plan: 'free', address: { city: 'London', zip: 'NW1' }, nick: 'ada' })

// The rule is in the name. Keys that are not named stay, but for `replace`.
await metadata.merge({ plan: 'pro', nick: null }) // null removes a key
await metadata.mergeDeep({ address: { zip: null, street: { name: 'Baker Street' } } }) // and here at every level
await metadata.patch([
  { op: 'test', path: '/address/city', value: 'London' },
  { op: 'add', path: '/address/street/number', value: 221 },
])
await metadata.rename('address', 'home')

// What goes by what is there is never lost: all of these count, from however many processes.
await Promise.all(Array.from({ length: 10 }, () => metadata.increment('logins')))
await metadata.append('tags', 'early', 'paying')
await metadata.update('logins', (logins) => Math.min(Number(logins), 8))

// Several in one write, all or none, and an answer that says what became of which key.
const { added, updated, removed } = await metadata.apply({
  remove: ['tags'],
  rename: { plan: 'tier' },
  increment: { logins: 1, seats: 5 },
})
export const told = { added, updated, removed } // { added: ['tier', 'seats'], updated: ['logins'], removed: ['tags', 'plan'] }
export const values = await metadata.values()

// Only if nobody came first, and only if it is still what was read.
const { value, sequence } = await metadata.get('seats')
await metadata.increment('seats')
export const conflict = await metadata
  .set({ seats: Number(value) * 2 }, { ifKeyVersion: { seats: sequence } })
  .catch((error) => error as VersionConflictError) // conflict.key 'seats', conflict.currentVersion
export const taken = await metadata
  .set({ tier: 'free' }, { ifAbsent: ['tier'] })
  .catch((error) => isDirectoryError(error) && error.code) // 'version_conflict'
