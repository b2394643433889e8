import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada' })
await users.metadata(userId).set({ plan: 'free' })
await users.metadata(userId).set({ plan: 'pro' })

// All that happened and all that will, by whichever process. Keep the position of the last one to go on after it.
export const plans: string[] = []
export let after: string | undefined
for await (const change of directory.changes({ types: ['user.metadata.set'] })) {
  for (const { key, before, after } of change.metadata) plans.push(`${key}: ${before} -> ${after}`)
  after = change.position
  if (plans.length === 2) break
}

// Or have the place kept in the database: of all processes that ask for the name one at a time works.
export const welcomed: string[] = []
export const consumer = directory.consumer(
  'welcome',
  async ({ aggregate, orgId }) => {
    welcomed.push(`${aggregate.id} of ${orgId}`) // what throws is tried again, and parked in the end
  },
  { types: ['user.human.added'] },
)
