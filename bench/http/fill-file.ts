import { sqliteStorage } from '@indwell/storage-sqlite'
import { fill } from '../workload'
import type { Filled } from './filled'

/**
 * A program of its own: fills the file it is given. What makes a thousand users at once teaches V8 that such objects live
 * long, and a server that finds its users in its database was never taught so.
 */
const [filename = '', token = ''] = process.argv.slice(2)
const { directory, system, ownerId, userIds } = await fill(sqliteStorage({ filename }))
await system.users.accessTokens(ownerId).create({ token })
const userId = userIds[0]!
await system.users.metadata(userId, 'zitadel').set({ key: new Uint8Array(16).fill(65) })
await directory.close()
const filled: Filled = { userId }
process.stdout.write(JSON.stringify(filled))
