import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

const storage = sqliteStorage({ filename: ':memory:' })
const directory = await createDirectory({ storage })
const { userId } = await directory.asSystem('sign-up').users.createHuman({ userName: 'ada' })
await directory.asSystem('sign-up').members.add({ userId, roles: ['IAM_OWNER'] })

// All calls of one caller, as long as its request lasts.
const request = new AbortController()
export const ada = directory.as({ userId }, { signal: request.signal })
export const found = await ada.users.get(userId)

// One write, or one query, by its options; anything else by `withSignal`.
const { users } = directory.asSystem('nightly')
await users.metadata(userId).set({ plan: 'pro' }, { signal: AbortSignal.timeout(1000) })
export const all = await users.list({ limit: 10, signal: AbortSignal.timeout(1000) })

// The client is gone: the call rejects with the signal's reason, and nothing of it is stored.
request.abort(new Error('the client is gone'))
export const givenUp = await ada.users.get(userId).catch((error: unknown) => error)

await directory.close()
