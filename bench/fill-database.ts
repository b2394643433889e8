import { type Filled, type FillRequest, storageOf } from './filled'
import { fill } from './workload'

/**
 * A program of its own: fills the database it is told of. What makes a thousand users at once teaches V8 that such objects
 * live long, and a process that finds its users in its database was never taught so.
 */
const { source, token } = JSON.parse(process.argv[2] ?? '') as FillRequest
const { directory, system, ownerId, userIds } = await fill(storageOf(source))
if (token !== undefined) {
  await system.users.accessTokens(ownerId).create({ token })
  await system.users.metadata(userIds[0]!, 'zitadel').set({ key: new Uint8Array(16).fill(65) })
}
await directory.close()
const filled: Filled = { ownerId, userIds }
process.stdout.write(JSON.stringify(filled))
