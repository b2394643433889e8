import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'

/** A process that writes to users, or consumes what is written and says so before it counts as handled. */
const [location = '', role, writer = '', rounds = '0'] = process.argv.slice(2)

const storage = location.startsWith('postgres')
  ? postgresStorage({ connectionString: location, notify: true, max: 4 })
  : sqliteStorage({ filename: location, pragmas: { busyTimeoutMs: 20_000 } })
const directory = await createDirectory({ storage, migrate: false })
const say = (message: object) => new Promise<void>((resolve) => process.send!(message, () => resolve()))

if (role === 'write') {
  const { users } = directory.asSystem('test')
  for (let round = 0; round < Number(rounds); round++) {
    const userIds = [0, 1].map((step) => `user-${(round + step * 2 + Number(writer)) % 5}`)
    await Promise.all(userIds.map((userId) => users.metadata(userId).set({ [`w${writer}`]: round })))
  }
  await directory.close()
  await say({ kind: 'written' })
  process.disconnect()
} else {
  directory.consumer(
    'mail',
    async ({ aggregate, sequence, metadata }) => {
      await say({ kind: 'handled', subject: aggregate.id, sequence, metadata })
    },
    { types: ['user.metadata.set'], leaseMs: 2000, pollMs: 50, checkpointEvery: 10 },
  )
}
process.on('disconnect', () => process.exit())
