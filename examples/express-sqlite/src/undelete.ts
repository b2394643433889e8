import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
const { users } = directory.asSystem('support')
const { userId } = await users.createHuman({ userName: 'ada', metadata: { app: { plan: 'pro' } } })

await users.delete(userId, { undeleteFor: 30 * 86_400_000, names: 'freed' })
export const gone = await users.getOrUndefined(userId) // undefined, as any user that was deleted
export const { items: deleted } = await users.deleted()

await users.createHuman({ userName: 'ada' }) // somebody else takes the name that was freed
export const taken = await users.undelete(userId).catch(({ subject }) => subject) // 'user_name'
await users.undelete(userId, { userName: 'ada.lovelace' })
export const plan = (await users.metadata(userId).get('plan')).value

// Now and then, from any process: whose time is over cannot come back, and holds no name any more.
export const purged = await directory.purgeDeleted()
