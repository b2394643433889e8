import { createDirectory, defineMetadata } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const metadata = defineMetadata({ user: { plan: v.picklist(['free', 'pro']), credits: v.number() } })
export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }), metadata })
const { users } = directory.asSystem('campaign')
for (const userName of ['ada', 'bob', 'cleo']) {
  const plan = userName === 'bob' ? 'pro' : 'free'
  await users.createHuman({ userId: userName, userName, metadata: { app: { plan, credits: 1 } } })
}

const free = { metadata: { plan: 'free' } } as const
const gift = { metadata: { app: { increment: { credits: 10 } } } } as const

// What would become of each, by the way that the run itself takes. Nothing is stored.
export const rehearsed: string[] = []
await users.updateWhere(free, gift, {
  dryRun: true,
  onProgress: ({ rows }) => rehearsed.push(...rows.map(({ id, outcome }) => `${id}: ${outcome}`)),
}) // ada: changed, cleo: changed

// Any number of them, a commit for each batch. Whoever keeps `resumeFrom` goes on from there after a crash.
export let resumeFrom: string | undefined
export const done = await users.updateWhere(free, gift, {
  mode: 'batches',
  batchSize: 1,
  reason: 'spring campaign',
  onProgress(progress) {
    resumeFrom = progress.resumeFrom
  },
}) // { matched: 2, changed: 2, unchanged: 0, failed: 0, failures: [] }

// All of them or none, in one commit.
await users.updateWhere(free, { nickName: 'Friend', metadata: { app: { set: { plan: 'pro' } } } })
export const credits = (await users.findSnapshots(['ada', 'bob', 'cleo'], ['app'])).map((user) => user?.metadata.app)
